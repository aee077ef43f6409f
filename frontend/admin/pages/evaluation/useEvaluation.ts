/** The results of one cohort: page by page for the ranking, growing for the heat map, whole for the export. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { listResults } from '@/shared/api/calls'
import type { ResultItem } from '@/shared/api/types'

const EXPORT_PAGE = 200
export interface ResultFilter { category: string; q: string; grade: string }

export function useResults(runId: Ref<number | null>, filter: Ref<ResultFilter>, size: number) {
  return useInfiniteQuery({
    queryKey: ['results', runId, filter, size],
    queryFn: ({ pageParam, signal }) => listResults(runId.value!, { ...filter.value, sort: 'rank', limit: size, cursor: pageParam }, signal),
    enabled: computed(() => runId.value !== null && filter.value.category !== ''),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  })
}

export async function fetchAllResults(run: number, filter: ResultFilter): Promise<ResultItem[]> {
  const items: ResultItem[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listResults>> = await listResults(run, { ...filter, sort: 'rank', limit: EXPORT_PAGE, cursor })
    items.push(...page.items)
    cursor = page.next_cursor
  } while (cursor)
  return items
}
