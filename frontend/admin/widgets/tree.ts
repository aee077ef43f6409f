/** What the branches of a tree share with its root. */
import type { ComputedRef, InjectionKey, Ref } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { OrganisationItem } from '@/shared/api/types'

export interface TreeState {
  to: (item: OrganisationItem) => RouteLocationRaw
  selected: ComputedRef<string | null>
  /** The one item the Tab key reaches. */
  focused: Ref<string | null>
  /** A branch has put this item on the page. */
  shown: (code: string) => void
  asOf: ComputedRef<string | undefined>
  open: ReadonlySet<string>
  toggle: (code: string) => void
}
export const TREE: InjectionKey<TreeState> = Symbol('tree')
