import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { ApiError } from '@/shared/api/client'
import '@/shared/tokens.css'
import { startTheme } from '@/shared/theme'
import './frame/base.css'
import AppFrame from './frame/AppFrame.vue'
import { createPages } from './routes'

const AWAY = new Set([0, 502, 503, 504])

startTheme()
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 1 && error instanceof ApiError && AWAY.has(error.status),
    },
  },
})
createApp(AppFrame).use(createPages()).use(VueQueryPlugin, { queryClient: queries }).mount('#app')
