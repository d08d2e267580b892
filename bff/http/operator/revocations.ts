import type { Hono } from 'hono'
import { z } from 'zod'
import { identitySchema } from '../../auth/claims.ts'
import type { TenantId } from '../../contract/ids.ts'
import { tenantNamed } from '../../tenants/list.ts'
import {
  listRevokedSubjects,
  listRevokedTokens,
  revokeSubject,
  revokeToken,
} from '../../tenants/revoke.ts'
import { OPERATOR, type OperatorDeps, type OperatorTold } from './door.ts'
import { bodyOf, refuse, schemaFaults } from './refuse.ts'

const tokenSchema = z.strictObject({
  tenant: z.string(),
  jti: identitySchema,
  /** When the token expires. */
  expires: z.iso.datetime({ offset: true }).optional(),
})
const subjectSchema = z.strictObject({ tenant: z.string(), subject: identitySchema })

const unknownTenant = () => refuse([{ pointer: '/tenant', message: 'is unknown' }], 404)

/** `GET` and `POST` of `/revoked-tokens` and `/revoked-subjects`. */
export function revocationVerbs(app: Hono, deps: OperatorDeps, told: OperatorTold): void {
  const list = (
    key: 'tokens' | 'subjects',
    read: (tenant: { readonly id: TenantId }) => Promise<unknown>,
  ) => {
    app.get(`/revoked-${key}`, async (c) => {
      const tenant = await tenantNamed(deps.db, c.req.query('tenant') ?? '')
      return tenant === undefined ? unknownTenant() : c.json({ [key]: await read(tenant) })
    })
  }
  list('tokens', ({ id }) => listRevokedTokens(deps, id))
  list('subjects', ({ id }) => listRevokedSubjects(deps, id))

  app.post('/revoked-tokens', async (c) => {
    const input = tokenSchema.safeParse(await bodyOf(c.req.raw))
    if (!input.success) return refuse(schemaFaults(input.error))
    const { jti, expires } = input.data
    const tenant = await tenantNamed(deps.db, input.data.tenant)
    if (tenant === undefined) return unknownTenant()
    const ends = expires === undefined ? undefined : Date.parse(expires)
    if (ends !== undefined && ends <= deps.clock.now())
      return refuse([{ pointer: '/expires', message: 'is past: such a token is refused already' }])
    const done = await revokeToken(deps, tenant.id, OPERATOR, { jti, expires: ends })
    told.revoked?.()
    return c.json({ tenant: tenant.id, ...done }, 201)
  })
  app.post('/revoked-subjects', async (c) => {
    const input = subjectSchema.safeParse(await bodyOf(c.req.raw))
    if (!input.success) return refuse(schemaFaults(input.error))
    const tenant = await tenantNamed(deps.db, input.data.tenant)
    if (tenant === undefined) return unknownTenant()
    const done = await revokeSubject(deps, tenant.id, OPERATOR, input.data.subject)
    told.revoked?.()
    return c.json({ tenant: tenant.id, ...done }, 201)
  })
}
