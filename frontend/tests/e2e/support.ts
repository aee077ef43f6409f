/** What every journey checks besides its own matter: accessibility, the content policy, no script error. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Fails the test at its end when the page threw or its content policy was broken. */
export function watch(page: Page): () => void {
  const seen: string[] = []
  page.on('pageerror', (error) => seen.push(error.message))
  page.on('console', (message) => { if (/Content Security Policy|\[Vue warn\]/i.test(message.text())) seen.push(message.text().slice(0, 240)) })
  return () => expect(seen).toEqual([])
}

export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary ?? ''}`)).toEqual([])
}

/** Nothing may stick out sideways: the page itself never scrolls horizontally. */
export async function fits(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0)
}

/** Everything that was asked for has arrived. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await expect(page.getByText('正在加载', { exact: true })).toHaveCount(0)
}
