/** Against a running demo (DANGJIAN_TEST_URL): from the ranking down to the single record, the tree of another day, both themes, three widths. */
import { expect, test, type Page } from '@playwright/test'
import { accessible, fits, settled, watch } from './support'

const ranking = (page: Page) => page.getByRole('region', { name: '排名表' })
const firstOrganisation = (page: Page) => ranking(page).locator('tbody th a').first()

async function openFirstResult(page: Page): Promise<string> {
  await page.goto('/admin/evaluation')
  const name = (await firstOrganisation(page).textContent())!.trim()
  await firstOrganisation(page).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  return name
}

test('ranking → result → evidence → record', async ({ page }) => {
  const sound = watch(page)
  await openFirstResult(page)
  const indicator = page.locator('.indicator').filter({ hasText: '3.01' })
  await indicator.getByRole('button').first().click()
  await expect(indicator.getByText('由哪些记录得出')).toBeVisible()
  await indicator.getByRole('button', { name: '未完成' }).click()
  await expect(indicator.getByRole('button', { name: '未完成' })).toHaveAttribute('aria-pressed', 'true')
  await indicator.getByRole('button', { name: '全部' }).click()
  await indicator.getByRole('link', { name: '查看记录' }).first().click()
  await expect(page).toHaveURL(/\/admin\/records\/activities\/\d+$/)
  await expect(page.getByRole('heading', { level: 2, name: '出勤登记' })).toBeVisible()
  await page.getByRole('region', { name: '出勤登记' }).locator('tbody th a').first().click()
  await expect(page).toHaveURL(/\/admin\/records\/attendances\/\d+$/)
  sound()
})

test('filters live in the address', async ({ page }) => {
  await page.goto('/admin/evaluation')
  const name = (await firstOrganisation(page).textContent())!.trim()
  await page.getByRole('searchbox', { name: '在排名中查找组织' }).fill(name)
  await expect(page).toHaveURL(new RegExp(`q=${encodeURIComponent(name)}`))
  await page.reload()
  await expect(firstOrganisation(page)).toHaveText(name)
  await page.getByRole('navigation', { name: '参评类别' }).getByRole('link').last().click()
  await expect(page).toHaveURL(/category=/)
})

test('a grade of the distribution leads to its organisations', async ({ page }) => {
  await page.goto('/admin/evaluation')
  await page.getByRole('button', { name: '看表' }).first().click()
  await page.getByRole('region', { name: '等次分布' }).getByRole('link', { name: '良好' }).click()
  await expect(page).toHaveURL(/grade=/)
  await expect(ranking(page).locator('tbody tr').first()).toContainText('良好')
  await expect(ranking(page).getByText('优秀')).toHaveCount(0)
})

test('the heat map leads to the section of one organisation', async ({ page }) => {
  await page.goto('/admin/evaluation')
  await page.getByRole('region', { name: '热力图' }).locator('tbody td a').nth(2).click()
  await expect(page).toHaveURL(/#section-3$/)
  await expect(page.locator('#section-3')).toBeInViewport()
})

test('the ranking can be saved', async ({ page }) => {
  await page.goto('/admin/evaluation')
  await settled(page)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出排名' }).click()])
  expect(download.suggestedFilename()).toMatch(/^评价排名-.+\.csv$/)
})

test('the tree of another day', async ({ page }) => {
  const sound = watch(page)
  await page.goto('/admin/organisations')
  const tree = page.getByRole('tree', { name: '组织树' })
  const root = tree.getByRole('treeitem').first()
  await root.focus()
  await page.keyboard.press('ArrowRight')
  await expect(tree.getByRole('treeitem').nth(1)).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/admin\/organisations\/[^?]+/)
  const now = await tree.getByRole('treeitem').count()
  await page.getByRole('combobox', { name: '截至日期' }).fill('2000-01-01')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/as_of=2000-01-01/)
  await expect(page.getByText('按 2000-01-01 的隶属关系显示')).toBeVisible()
  await settled(page)
  expect(await tree.getByRole('treeitem').count()).toBeLessThan(now)
  sound()
})

test('an organisation and its records', async ({ page }) => {
  const name = await openFirstResult(page)
  await page.getByRole('link', { name: '组织卡片' }).click()
  await expect(page.getByRole('heading', { level: 2, name })).toBeVisible()
  for (const tab of ['党员', '班子任职', '组织生活', '换届']) {
    await page.getByRole('navigation', { name: '组织卡片' }).getByRole('link', { name: tab }).click()
    await expect(page.getByRole('region', { name: tab }).locator('tbody tr').first()).toBeVisible()
  }
  await page.getByRole('navigation', { name: '组织卡片' }).getByRole('link', { name: '党员' }).click()
  await page.getByRole('region', { name: '党员' }).locator('tbody th a').first().click()
  await expect(page).toHaveURL(/\/admin\/records\/members\/\d+$/)
  await expect(page.getByRole('heading', { level: 2, name: '组织关系' })).toBeVisible()
})

test('another evaluation, another organisation', async ({ page }) => {
  await page.goto('/admin/evaluation')
  await page.getByRole('button', { name: /^评价周期/ }).click()
  const runs = page.getByRole('dialog', { name: '选择评价周期' }).getByRole('link')
  expect(await runs.count()).toBeGreaterThan(1)
  await runs.last().click()
  await expect(page).toHaveURL(/run=\d+/)
  await settled(page)
  const name = (await firstOrganisation(page).textContent())!.trim()
  await page.getByRole('button', { name: /^当前组织/ }).click()
  const finder = page.getByRole('dialog', { name: '选择组织' })
  await finder.getByRole('searchbox').fill(name)
  await finder.getByRole('link', { name }).first().click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  await page.getByRole('button', { name: /^当前组织/ }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: /^当前组织/ })).toBeFocused()
})

test('the theme is remembered', async ({ page }) => {
  await page.goto('/admin/evaluation')
  await page.getByRole('button', { name: '切换到深色' }).click()
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('keyboard: the skip link leads to the content', async ({ page }) => {
  await page.goto('/admin/evaluation')
  await settled(page)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: '跳到正文' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#content')).toBeFocused()
})

test('every page, light and dark, three widths', async ({ page }) => {
  test.setTimeout(420_000)
  const sound = watch(page)
  await openFirstResult(page)
  const result = page.url()
  await page.getByRole('link', { name: '组织卡片' }).click()
  await page.waitForURL(/\/admin\/organisations\//)
  const card = page.url()
  const pages = { burden: '/admin/burden', evaluation: '/admin/evaluation', result: `${result}#i-3.01`, organisation: card, activities: `${card}?tab=activities`, record: '/admin/records/activities/1',
    clauses: '/admin/clauses', checks: '/admin/checks' }
  for (const [name, address] of Object.entries(pages)) {
    for (const [width, colorScheme] of [[1440, 'light'], [1440, 'dark'], [1366, 'light'], [390, 'light']] as const) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 })
      await page.emulateMedia({ colorScheme })
      await page.goto('about:blank')
      await page.goto(address)
      await settled(page)
      await fits(page)
      if (width !== 1366) await accessible(page)
      await page.screenshot({ path: `shots/${name}-${width}-${colorScheme}.png`, fullPage: true })
    }
  }
  sound()
})
