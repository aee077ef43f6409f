/** One dev server for every application of the workspace; one build pass per application (`--mode`), so that each has its own browsers, chunks and budget. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** The folder is the URL: `admin/` is served at `/admin/`. A second application is one more line here and one more pass in `npm run build`. */
const APPS = {
  admin: {
    target: ['chrome87', 'safari14'],
    groups: [
      { name: 'vue', test: /node_modules[\\/](@vue|vue|vue-router|@tanstack)[\\/]/ },
      { name: 'echarts', test: /node_modules[\\/](echarts|zrender)[\\/]/ },
    ],
  },
}
type AppName = keyof typeof APPS
const NAMES = Object.keys(APPS) as AppName[]
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** /admin/anything → /admin/index.html: deep links work in dev and preview as they do behind the API server. */
function deepLinks(): Plugin {
  const pattern = new RegExp(`^/(${NAMES.join('|')})(/[^.?]*)?(\\?.*)?$`)
  const rewrite = (request: { url?: string }, _response: unknown, next: () => void) => {
    const match = pattern.exec(request.url ?? '')
    if (match) request.url = `/${match[1]}/index.html`
    next()
  }
  return {
    name: 'deep-links',
    configureServer: (server) => void server.middlewares.use(rewrite),
    configurePreviewServer: (server) => void server.middlewares.use(rewrite),
  }
}

export default defineConfig(({ mode }) => {
  const name = NAMES.find((app) => app === mode) ?? 'admin'
  const app = APPS[name]
  return {
    appType: 'mpa',
    plugins: [vue(), deepLinks()],
    resolve: { alias: { '@': path('.') } },
    server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
    build: {
      target: app.target,
      assetsDir: `${name}/assets`,
      emptyOutDir: false,
      chunkSizeWarningLimit: 700,
      rolldownOptions: { input: path(`./${name}/index.html`), output: { codeSplitting: { groups: app.groups } } },
    },
    test: { environment: 'happy-dom', server: { deps: { inline: ['element-plus'] } }, include: ['{admin,shared}/**/*.test.ts'] },
  }
})
