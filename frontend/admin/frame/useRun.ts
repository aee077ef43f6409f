/** Which evaluation is looked at: the address says it, else the server's default, else the newest. */
import { useQuery } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { useRoute, type RouteLocationRaw } from 'vue-router'
import { getAbout, getRun, listRuns } from '@/shared/api/calls'

const RUNS_IN_PICKER = 50
const WORKING = new Set(['draft', 'computing'])
/** Kept while a page without a run (组织) is open, so that the way back leads to the same evaluation. */
const remembered = ref<number | null>(null)

export const useAbout = () => useQuery({ queryKey: ['about'], queryFn: ({ signal }) => getAbout(signal), staleTime: Infinity })
export const useRuns = () => useQuery({ queryKey: ['runs'], queryFn: ({ signal }) => listRuns({ limit: RUNS_IN_PICKER }, signal) })

export function useRunId() {
  const route = useRoute()
  const about = useAbout()
  const runs = useRuns()
  const addressed = computed(() => {
    const value = Number(route.params.run ?? route.query.run)
    return Number.isInteger(value) && value > 0 ? value : null
  })
  watch(addressed, (id) => { if (id) remembered.value = id }, { immediate: true })
  const fallback = computed(() => about.data.value?.default_run ?? runs.data.value?.items[0]?.id ?? null)
  const runId = computed(() => addressed.value ?? (route.meta.evaluation ? fallback.value : (remembered.value ?? fallback.value)))
  /** No run exists at all; only known once both answers are there. */
  const none = computed(() => runId.value === null && about.isFetched.value && runs.isFetched.value && !about.error.value && !runs.error.value)
  const error = computed(() => (runId.value === null ? (about.error.value ?? runs.error.value) : null))
  const retry = () => { void about.refetch(); void runs.refetch() }
  return { runId, none, error, retry }
}

/** One run; asked again every two seconds while it is being computed. */
export function useRun(runId: { readonly value: number | null }) {
  return useQuery({
    queryKey: ['run', runId],
    queryFn: ({ signal }) => getRun(runId.value!, signal),
    enabled: computed(() => runId.value !== null),
    refetchInterval: (query) => (query.state.data && WORKING.has(query.state.data.status) ? 2000 : false),
  })
}

export const overviewLink = (run: number | null, query: Record<string, string | undefined> = {}): RouteLocationRaw => ({ name: 'evaluation', query: { run: run === null ? undefined : String(run), ...query } })
export const resultLink = (run: number, organisation: string, hash?: string): RouteLocationRaw => ({ name: 'result', params: { run: String(run), organisation }, hash })
export const organisationLink = (code: string, query: Record<string, string | undefined> = {}): RouteLocationRaw => ({ name: 'organisations', params: { code }, query })
export const recordLink = (noun: string, id: number | string): RouteLocationRaw => ({ name: 'record', params: { noun, id: String(id) } })
