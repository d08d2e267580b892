import { REVOCATIONS_FRESH } from '../../../../bff/auth/revocation.ts'
import { revokeToken } from '../../../../bff/tenants/revoke.ts'
import { type Brands, EVERY_SCOPE, NORTH, ONLY_NORTH, SOUTH } from '../../brands.ts'
import type { Column, Row } from './row.ts'

/** What each column sends as `Authorization`; undefined is none. */
export async function authorizationOf(
  column: Column,
  row: Row,
  brands: Brands,
): Promise<string | undefined> {
  const without = EVERY_SCOPE.filter((scope) => !row.needs.includes(scope))
  const bearer = async (claims: Record<string, unknown> = {}) =>
    `Bearer ${await brands.token(claims)}`
  const now = Math.floor(brands.clock.time / 1000)
  // What the rows are about: a service of the first brand, and those its two operations are of.
  const services = [ONLY_NORTH, 'amy', 'pat']
  switch (column) {
    case 'right':
      return bearer()
    case 'only':
      return bearer({ scope: row.needs[0] })
    case 'none':
      return undefined
    case 'header':
      return `${await bearer()}, ${await bearer()}`
    case 'malformed':
      return 'Bearer not-a-token'
    case 'expired':
      return bearer({ iat: now - 600, exp: now - 60 })
    case 'revoked': {
      const jti = 'taken-back'
      await revoke(brands, jti)
      return bearer({ jti })
    }
    case 'audience':
      return bearer({ aud: 'https://another.example' })
    case 'scope':
      return bearer({ scope: without.join(' ') })
    case 'narrowed':
      return bearer({
        authorization_details: services.map((identifier) => ({
          type: 'provision_service',
          identifier,
          actions: without,
        })),
      })
    case 'client':
      return bearer({ role: 'client', sub: 'carl', service: services })
    case 'system':
      return bearer({ role: 'system', sub: 'billing' })
    case 'service':
      return bearer({ service: 'bob' })
    case 'tenant':
      return bearer({ iss: SOUTH.issuer })
  }
}

async function revoke(brands: Brands, jti: string): Promise<void> {
  const { db, engine } = brands.bff.rooms
  const operator = { role: 'system', label: 'operator' } as const
  await revokeToken({ db, clock: engine.clock }, NORTH.tenant, operator, { jti })
  brands.clock.time += REVOCATIONS_FRESH
}
