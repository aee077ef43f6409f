/** The four grades of the shipped schemes, best first; a scheme with other names is shown in a neutral tone. */
export const GRADES = ['优秀', '良好', '合格', '不合格'] as const
export type GradeTone = 'excellent' | 'good' | 'pass' | 'fail' | 'none'
const TONES: Record<string, GradeTone> = { 优秀: 'excellent', 良好: 'good', 合格: 'pass', 不合格: 'fail' }

export const gradeTone = (grade: string | null): GradeTone => (grade ? TONES[grade] : undefined) ?? 'none'
