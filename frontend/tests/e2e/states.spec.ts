/** What a healthy demo cannot show: large cohorts, failures, an empty system. The API is played by `world.ts`. */
import { expect, test } from '@playwright/test'
import { accessible, fits, settled } from './support'
import { mockWorld } from './world'

test('a cohort of 360 villages: the table pages, the heat map scrolls inside, paper gets every row', async ({ page }) => {
  await mockWorld(page, { villages: 360 })
  await page.goto('/admin/evaluation')
  const rows = page.getByRole('region', { name: '排名表' }).locator('tbody tr')
  await expect(rows).toHaveCount(25)
  await page.getByRole('button', { name: '下一页' }).click()
  await expect(page.getByText('第 2 页，共 15 页')).toBeVisible()
  await expect(rows.first()).toContainText('26')
  const map = page.getByRole('region', { name: '热力图' })
  await expect(map.locator('tbody tr')).toHaveCount(100)
  await map.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await expect(map.locator('tbody tr')).toHaveCount(200)
  expect((await map.boundingBox())!.height).toBeLessThan(600)
  await page.evaluate(() => { window.print = () => { document.title = String(document.querySelectorAll('.ranking tbody tr').length) } })
  await page.getByRole('button', { name: '打印' }).click()
  await expect(page).toHaveTitle('360')
})

test('a failing list says so, names the request and can be tried again', async ({ page }) => {
  let broken = true
  await mockWorld(page, { fail: (path) => broken && path.endsWith('/results') })
  await page.goto('/admin/evaluation')
  const note = page.getByRole('alert').first()
  await expect(note).toContainText('服务暂时不可用')
  await expect(note).toContainText('req-5f3a')
  await accessible(page)
  broken = false
  await note.getByRole('button', { name: '重试' }).click()
  await expect(page.getByRole('region', { name: '排名表' })).toBeVisible()
})

test('an empty system says what to do next', async ({ page }) => {
  await mockWorld(page, { empty: true })
  await page.goto('/admin/evaluation')
  await expect(page.getByText('还没有做过评价')).toBeVisible()
  await expect(page.getByText('dangjian evaluate')).toBeVisible()
  await accessible(page)
  await page.goto('/admin/organisations')
  await expect(page.getByText('这一天还没有组织')).toBeVisible()
})

test('an organisation without a result, a page that does not exist', async ({ page }) => {
  await mockWorld(page)
  await page.goto('/admin/evaluation/7/NOBODY')
  await expect(page.getByText('这次评价里没有这个组织的结果')).toBeVisible()
  await page.goto('/admin/nowhere')
  await expect(page.getByText('地址可能写错或已经改变')).toBeVisible()
})

test('on a phone the navigation opens over the page', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await mockWorld(page)
  await page.goto('/admin/evaluation')
  await settled(page)
  await fits(page)
  await page.getByRole('button', { name: '打开或收起导航' }).click()
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '组织' }).click()
  await expect(page).toHaveURL(/\/admin\/organisations$/)
})
