/** Charts take their colours from the tokens, so that one theme serves them all. */
import { computed, type ComputedRef } from 'vue'
import { theme } from '@/shared/theme'

const NAMES = {
  text: '--text', muted: '--text-3', line: '--line', track: '--surface-3', surface: '--surface', own: '--series-own', peer: '--series-peer', past: '--series-past',
  excellent: '--grade-1', good: '--grade-2', pass: '--grade-3', fail: '--grade-4', none: '--line-strong',
} as const
export type Palette = Record<keyof typeof NAMES, string>

function read(): Palette {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(Object.entries(NAMES).map(([name, token]) => [name, style.getPropertyValue(token).trim()])) as Palette
}

/** Read again whenever the theme changes. */
export function usePalette(): ComputedRef<Palette> {
  return computed(() => (theme.value ? read() : read()))
}
