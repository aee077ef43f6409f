/** One table of pages: address, title, right, lazy page; the menu is made from it. */
import type { Component } from 'vue'
import { createRouter, createWebHistory, type Router } from 'vue-router'
import type { Permission } from '@/shared/access'
import type { IconName } from './widgets/icons'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    permission: Permission
    /** Pages that show one evaluation: the period picker belongs to them. */
    evaluation: boolean
  }
}

interface PageEntry {
  name: string
  path: string
  title: string
  permission: Permission
  page: () => Promise<{ default: Component }>
  menu?: IconName
  evaluation?: boolean
}

export const PAGES: readonly PageEntry[] = [
  { name: 'evaluation', path: '/evaluation', title: '评价总览', permission: 'results.read', menu: 'ranking', evaluation: true, page: () => import('./pages/evaluation/EvaluationPage.vue') },
  { name: 'result', path: '/evaluation/:run(\\d+)/:organisation', title: '单位评价详情', permission: 'results.read', evaluation: true, page: () => import('./pages/result/ResultPage.vue') },
  { name: 'organisations', path: '/organisations/:code?', title: '组织', permission: 'organisations.read', menu: 'tree', page: () => import('./pages/organisations/OrganisationsPage.vue') },
  { name: 'clauses', path: '/clauses', title: '条款覆盖', permission: 'results.read', menu: 'clauses', page: () => import('./pages/clauses/ClausesPage.vue') },
  { name: 'checks', path: '/checks', title: '数据检查', permission: 'organisations.read', menu: 'checks', page: () => import('./pages/checks/ChecksPage.vue') },
  { name: 'burden', path: '/burden', title: '填报负担', permission: 'organisations.read', menu: 'burden', page: () => import('./pages/burden/BurdenPage.vue') },
  { name: 'record', path: '/records/:noun/:id', title: '记录', permission: 'organisations.read', page: () => import('./pages/record/RecordPage.vue') },
]

export function createPages(): Router {
  const router = createRouter({
    history: createWebHistory('/admin/'),
    routes: [
      { path: '/', redirect: '/evaluation' },
      ...PAGES.map(({ name, path, page, title, permission, evaluation = false }) => ({ name, path, component: page, meta: { title, permission, evaluation } })),
      { path: '/:rest(.*)*', name: 'missing', component: () => import('./frame/MissingPage.vue'), meta: { title: '没有这个页面', permission: 'results.read' as const, evaluation: false } },
    ],
    scrollBehavior(to, from, saved) {
      if (saved) return saved
      if (to.hash && to.path === from.path) return { el: to.hash, behavior: 'smooth' }
      return to.path === from.path ? false : { top: 0 }
    },
  })
  router.afterEach((to) => { document.title = `${to.meta.title} · 党建评` })
  return router
}
