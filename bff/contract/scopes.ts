/** The closed list of actions this product knows by name. Providers may add others (`actions:<name>`). */
export const ROLES = ['client', 'staff', 'system'] as const
export type Role = (typeof ROLES)[number]

export const RESOURCE_SCOPES = [
  'services:read',
  'services:write',
  'accounts:cascade',
  'accounts:link',
  'fields:read',
  'fields:write',
  'logs:read',
  'logs:export',
  'usage:read',
  'configurations:read',
  'configurations:write',
  'operations:manage',
  'audit:read',
] as const
export type ResourceScope = (typeof RESOURCE_SCOPES)[number]
export type ActionScope = `actions:${string}`
export type Scope = ResourceScope | ActionScope

/** A scope names one thing; anything else in a token is ignored. */
export function isScope(value: string): value is Scope {
  return (
    RESOURCE_SCOPES.some((scope) => scope === value) || /^actions:[a-z][a-z0-9-]{0,63}$/.test(value)
  )
}

/** Actions a tenant's clients may have unless the tenant says otherwise (DESIGN §5, column C). */
export const DEFAULT_CLIENT_ACTIONS = ['get-info', 'get-usage', 'login', 'change-password'] as const

const CLIENT_RESOURCES: readonly ResourceScope[] = [
  'services:read',
  'fields:read',
  'logs:read',
  'usage:read',
]
const SYSTEM_ACTIONS = ['create', 'get-info', 'get-usage', 'suspend', 'unsuspend'] as const
const SYSTEM_RESOURCES: readonly ResourceScope[] = [
  'services:read',
  'services:write',
  'fields:read',
  'fields:write',
  'logs:read',
  'usage:read',
]

/**
 * Whether a role may ever hold a scope, whatever its token says (DESIGN §7: role lists bound all scopes).
 *
 * @param clientActions the tenant's allow-list of actions for clients
 */
export function roleMayHold(
  role: Role,
  scope: Scope,
  clientActions: readonly string[] = DEFAULT_CLIENT_ACTIONS,
): boolean {
  const action = scope.startsWith('actions:') ? scope.slice('actions:'.length) : undefined
  switch (role) {
    case 'staff':
      return true
    case 'client':
      return action === undefined
        ? CLIENT_RESOURCES.some((allowed) => allowed === scope)
        : clientActions.includes(action)
    case 'system':
      return action === undefined
        ? SYSTEM_RESOURCES.some((allowed) => allowed === scope)
        : SYSTEM_ACTIONS.some((allowed) => allowed === action)
  }
}
