import type { Hono } from 'hono'
import { z } from 'zod'
import { erasePerson } from '../../log/erase/erase-person.ts'
import { tenantNamed } from '../../tenants/list.ts'
import { OPERATOR, type OperatorDeps } from './door.ts'
import { bodyOf, refuse, schemaFaults } from './refuse.ts'

const eraseSchema = z
  .strictObject({
    tenant: z.string(),
    /** The person's `sub`. */
    subject: z.string().min(1).max(256).optional(),
    /** Shorter ones would be found in words that name nobody. */
    names: z.array(z.string().trim().min(3).max(200)).max(20).default([]),
    /** Counts, and changes nothing. */
    dry_run: z.boolean().default(false),
    /** Leaves the file as it is, with old bytes in its free pages. */
    keep_bytes: z.boolean().default(false),
  })
  .refine(({ subject, names }) => subject !== undefined || names.length > 0, {
    path: ['subject'],
    message: 'is wanted, or a name',
  })

/** `POST /people/erase`: a person's names and words go from everything kept, and the chain of the log stays whole. */
export function peopleVerbs(app: Hono, deps: OperatorDeps): void {
  app.post('/people/erase', async (c) => {
    const input = eraseSchema.safeParse(await bodyOf(c.req.raw))
    if (!input.success) return refuse(schemaFaults(input.error))
    const { tenant: named, dry_run, keep_bytes, ...sought } = input.data
    const tenant = await tenantNamed(deps.db, named)
    if (tenant === undefined) return refuse([{ pointer: '/tenant', message: 'is unknown' }], 404)
    const done = await erasePerson(deps, tenant, sought, OPERATOR, { dry_run, keep_bytes })
    if (done.kind === 'elsewhere')
      return refuse(
        [{ pointer: '/tenant', message: 'is having somebody erased at this moment: try again' }],
        409,
      )
    const { kind: _, ...told } = done
    return c.json({ dry_run, ...told })
  })
}
