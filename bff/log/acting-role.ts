import type { Actor } from '../contract/operation.ts'
import type { Role } from '../contract/scopes.ts'

/** The role of who really acted: staff, where somebody acted for a client (RFC 8693 `act`). Pure. */
export function actingRole({ role, act }: Actor): Role {
  return role === 'client' && act !== undefined ? 'staff' : role
}
