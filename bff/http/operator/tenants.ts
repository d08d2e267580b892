import type { Hono } from 'hono'
import { addTenant } from '../../tenants/add.ts'
import { listTenants } from '../../tenants/list.ts'
import { unknownActions } from '../../tenants/step-up-actions.ts'
import { tenantInputSchema } from '../../tenants/tenant-input.ts'
import type { OperatorDeps, OperatorTold } from './door.ts'
import { bodyOf, refuse, schemaFaults } from './refuse.ts'

/** `GET` and `POST /tenants`. */
export function tenantVerbs(app: Hono, deps: OperatorDeps, told: OperatorTold): void {
  app.get('/tenants', async (c) => c.json({ tenants: await listTenants(deps.db) }))
  app.post('/tenants', async (c) => {
    const input = tenantInputSchema.safeParse(await bodyOf(c.req.raw))
    if (!input.success) return refuse(schemaFaults(input.error))
    const unknown = unknownActions(input.data.step_up, deps.provider)
    if (unknown.length > 0)
      return refuse(
        unknown.map((name) => ({ pointer: `/step_up/${name}`, message: 'is no action' })),
      )
    const done = await addTenant(deps, input.data)
    if (done === 'issuer_taken')
      return refuse([{ pointer: '/issuer', message: 'belongs to another tenant' }], 409)
    told.changed()
    return c.json(done, 201)
  })
}
