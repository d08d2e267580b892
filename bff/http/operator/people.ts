import type { Hono } from 'hono'
import { z } from 'zod'
import { erasePerson } from '../../log/chain/erase.ts'
import { tenantNamed } from '../../tenants/list.ts'
import { OPERATOR, type OperatorDeps } from './door.ts'
import { bodyOf, refuse, schemaFaults } from './refuse.ts'

const eraseSchema = z.strictObject({
  tenant: z.string(),
  /** The person's `sub`. */
  subject: z.string().min(1).max(256),
  /** Shorter ones would be found in words that name nobody. */
  names: z.array(z.string().min(3).max(200)).max(20).default([]),
})

/** `POST /people/erase`: a person's names and words go from log and operations, and the chain stays whole. */
export function peopleVerbs(app: Hono, deps: OperatorDeps): void {
  app.post('/people/erase', async (c) => {
    const input = eraseSchema.safeParse(await bodyOf(c.req.raw))
    if (!input.success) return refuse(schemaFaults(input.error))
    const tenant = await tenantNamed(deps.db, input.data.tenant)
    if (tenant === undefined) return refuse([{ pointer: '/tenant', message: 'is unknown' }], 404)
    const { subject, names } = input.data
    return c.json(await erasePerson(deps, tenant, subject, names, OPERATOR))
  })
}
