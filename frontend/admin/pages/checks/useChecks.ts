/** The data checks, run anew whenever the page is opened: they look at the records as they are now. */
import { useQuery } from '@tanstack/vue-query'
import { listDataChecks } from '@/shared/api/calls'

export const useChecks = (organisation: { readonly value: string }) =>
  useQuery({ queryKey: ['data-checks', organisation], queryFn: ({ signal }) => listDataChecks(organisation.value, signal) })
