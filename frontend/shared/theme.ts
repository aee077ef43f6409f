/** Light or dark: the person's choice if there is one, else the system's. */
import { readonly, ref } from 'vue'

export type Theme = 'light' | 'dark'
const KEY = 'dangjian.theme'
const current = ref<Theme>('light')

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY)
    return value === 'light' || value === 'dark' ? value : null
  } catch {
    return null // storage may be forbidden; the system's choice still works
  }
}

function apply(theme: Theme): void {
  current.value = theme
  document.documentElement.dataset.theme = theme
}

/** Call once before the first paint. */
export function startTheme(): void {
  apply(stored() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'))
}

export function toggleTheme(): void {
  apply(current.value === 'dark' ? 'light' : 'dark')
  try {
    localStorage.setItem(KEY, current.value)
  } catch {
    return // not remembered, still applied
  }
}

export const theme = readonly(current)
