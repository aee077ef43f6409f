/** The policy with what a scheme measures of it, and the scheme itself for its indicators. */
import { useQuery } from '@tanstack/vue-query'
import { getScheme, listClauses } from '@/shared/api/calls'

const SCHEME = 'standard'
export const useClauses = () => useQuery({ queryKey: ['clauses', SCHEME], queryFn: ({ signal }) => listClauses(SCHEME, signal), staleTime: Infinity })
export const useScheme = () => useQuery({ queryKey: ['scheme', SCHEME], queryFn: ({ signal }) => getScheme(SCHEME, signal), staleTime: Infinity })
