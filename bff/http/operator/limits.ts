import type { Hono } from 'hono'
import { allowancesOf } from '../../operations/daily-caps.ts'
import { instant } from '../../operations/present.ts'
import { listTenants } from '../../tenants/list.ts'
import type { OperatorDeps } from './door.ts'
import { refuse } from './refuse.ts'

/** `GET /limits`: what each tenant may, and what it has used of today (UTC). `null` is no limit. */
export function limitVerbs(app: Hono, deps: OperatorDeps): void {
  app.get('/limits', async (c) => {
    const name = c.req.query('tenant')
    const tenants = (await listTenants(deps.db)).filter(
      ({ id, issuer }) => name === undefined || id === name || issuer === name,
    )
    if (name !== undefined && tenants.length === 0)
      return refuse([{ pointer: '/tenant', message: 'is unknown' }], 404)
    const limits = await Promise.all(
      tenants.map(async ({ id, label, limits: { token, service, tenant } }) => {
        const { creates, deletes } = await allowancesOf(deps.db, id, deps.clock.now())
        return {
          tenant: id,
          label,
          created_today: creates.used,
          creates: creates.cap,
          deleted_today: deletes.used,
          deletes: deletes.cap,
          resets_at: instant(creates.resets_at),
          token,
          service,
          per_tenant: tenant,
        }
      }),
    )
    return c.json({ limits })
  })
}
