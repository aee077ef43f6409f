"""What activities are called and what their minutes say: short, ordinary sentences."""

from datetime import date

from app.models.activities import ActivityKind as Kind

SUBJECTS: dict[Kind, tuple[str, ...]] = {
    Kind.general_meeting: (
        "听取支部委员会工作报告",
        "讨论接收预备党员事项",
        "通报党费收缴情况",
        "研究年度党建计划落实",
        "讨论党员积极分子培养",
    ),
    Kind.committee_meeting: (
        "研究主题党日安排",
        "研究党员发展工作",
        "分析党员思想状况",
        "研究困难党员帮扶",
        "部署人居环境整治",
        "研究换届与后备力量培养",
    ),
    Kind.group_meeting: ("学习上级文件精神", "交流学习心得", "落实党员责任区任务", "开展批评与自我批评"),
    Kind.party_lecture: ("学习党章党规", "学习党的创新理论", "弘扬优良家风", "乡村振兴政策解读", "廉洁纪律教育", "基层治理案例分享"),
    Kind.theme_day: (
        "清洁家园",
        "重温入党誓词",
        "走访困难群众",
        "护林防火宣传",
        "政策宣讲进院落",
        "助农采收",
        "参观党员教育基地",
        "矛盾纠纷排查",
    ),
    Kind.organisation_life: ("年度组织生活会",),
    Kind.democratic_appraisal: ("民主评议党员",),
    Kind.distance_education: ("果树修剪技术", "防范电信诈骗", "电商销售入门", "惠农政策问答", "健康知识讲座", "先进典型事迹"),
    Kind.practice: ("红色教育基地现场学习", "产业项目观摩", "党员先锋岗实践", "防汛应急演练"),
    Kind.volunteering: ("敬老助老", "义务植树", "清理河道", "照看留守儿童", "义务理发"),
    Kind.mutual_aid: ("结对帮扶春耕", "帮助困难户修缮房屋", "邻里互助秋收", "技术能手带徒"),
    Kind.delegates: ("党代表调研视察", "党代表接待日"),
    Kind.other: ("党员座谈会", "文体联谊活动"),
}
PLACES = ("党群服务中心", "党员活动室", "文化礼堂", "会议室", "村史馆")
FIELD_PLACES = ("各责任区", "文化广场", "产业基地", "河道沿线", "农户家中")
ONLINE = "线上会议室"
QUARTERS = "一二三四"
DECISION = "经表决，同意会议所议事项。"
WITHDRAWN = "同一活动重复录入"


def title(kind: Kind, month: int, group: str, subject: str) -> str:
    """Title of an activity held in a month (1–12)."""
    if kind is Kind.general_meeting:
        return f"第{QUARTERS[(month - 1) // 3]}季度支部党员大会"
    if kind is Kind.group_meeting:
        return f"{month}月{group}会议"
    if kind in {Kind.organisation_life, Kind.democratic_appraisal, Kind.delegates}:
        return subject
    return f"{month}月{kind.label}：{subject}" if kind in {Kind.committee_meeting, Kind.theme_day} else f"{kind.label}：{subject}"


def minutes(kind: Kind, on: date, host: str | None, subject: str, expected: int, present: int) -> str:
    """Minutes of a held activity with the counts of its register."""
    opened = f"{on.year}年{on.month}月{on.day}日，{host or '班子成员'}主持"
    return f"{opened}{kind.label}，议题：{subject}。应到{expected}人，实到{present}人。"
