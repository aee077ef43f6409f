/** Filters live in the address, so that every view can be sent to a colleague. */
import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** One query parameter as a writable ref; its default value is left out of the address. */
export function useQueryParameter(name: string, fallback = ''): WritableComputedRef<string> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => {
      const value = route.query[name]
      return typeof value === 'string' && value ? value : fallback
    },
    set: (value) => void router.replace({ query: { ...route.query, [name]: value && value !== fallback ? value : undefined }, hash: route.hash }),
  })
}
