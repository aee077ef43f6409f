/** The burden figure of the last quarter, or of the period and organisation in the address. */
import { useQuery } from '@tanstack/vue-query'
import { getBurden } from '@/shared/api/calls'

export interface BurdenFilter { organisation: string; from: string; to: string }

export const useBurden = (filter: { readonly value: BurdenFilter }) =>
  useQuery({ queryKey: ['burden', filter], queryFn: ({ signal }) => getBurden(filter.value, signal) })
