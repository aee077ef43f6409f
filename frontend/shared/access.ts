/** Who am I → what may I do. Pages hide what is not allowed; the server decides anyway. */
export type Permission = 'results.read' | 'organisations.read'

export interface Viewer {
  /** The service runs for the operator of this machine only, without accounts: everything is allowed. */
  local: boolean
  permissions: readonly string[]
}

export function can(viewer: Viewer, permission: Permission): boolean {
  return viewer.local || viewer.permissions.includes(permission)
}
