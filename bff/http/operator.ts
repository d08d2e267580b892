import { Hono } from 'hono'
import { z } from 'zod'
import { isDatabaseAway } from '../../db/connect.ts'
import { createConfiguration } from '../configurations/create.ts'
import type { ConfigurationDeps } from '../configurations/deps.ts'
import { listConfigurations } from '../configurations/list.ts'
import type { Actor } from '../contract/operation.ts'
import { isRefusal } from '../contract/refusal.ts'
import { configurationCreateSchema } from '../contract/resources.ts'
import { listUnfinished } from '../operations/list-unfinished.ts'
import { PRODUCTION_TIMINGS, type Timings } from '../operations/timings.ts'
import { addTenant } from '../tenants/add.ts'
import { listTenants } from '../tenants/list.ts'
import { tenantInputSchema } from '../tenants/tenant-input.ts'

/** What is wrong with an operator's request, for a person at a terminal. */
export interface OperatorFault {
  readonly pointer: string
  readonly message: string
}

const OPERATOR: Actor = { role: 'system', label: 'operator' }

const sentences: Readonly<Record<string, string>> = {
  format: 'is not a host name or an IP address',
  address_forbidden: 'is a private address; list it in PROVISION_ALLOWED_HOSTS if it is yours',
  port_forbidden: 'is not 2087, 2083 or 443; list the host in PROVISION_ALLOWED_HOSTS to use it',
}

function schemaFaults(error: z.ZodError): OperatorFault[] {
  return error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message }))
}

async function bodyOf(request: Request): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    // Not JSON at all: the schema says what is missing.
    return undefined
  }
}

const namedTenant = z.looseObject({ tenant: z.string() })

/**
 * The operator's door: served on a Unix socket that only the BFF's own user may open, or called directly by a command
 * that holds an idle database. It knows no tokens; whoever reaches it could read the database file as well.
 *
 * @param told.changed called when a tenant was added
 * @param told.report told of every fault of our own
 * @param told.timings the engine's, by which an operation counts as stuck; the production ones unless told
 */
export function operatorApp(
  deps: ConfigurationDeps,
  told: {
    changed(): void
    report(error: unknown, about: string): void
    readonly timings?: Timings
  },
): Hono {
  const app = new Hono()
  const refuse = (errors: readonly OperatorFault[], status: 404 | 409 | 422 = 422) =>
    Response.json({ errors }, { status })

  app.get('/tenants', async (c) => c.json({ tenants: await listTenants(deps.db) }))
  app.post('/tenants', async (c) => {
    const input = tenantInputSchema.safeParse(await bodyOf(c.req.raw))
    if (!input.success) return refuse(schemaFaults(input.error))
    const done = await addTenant(deps, input.data)
    if (done === 'issuer_taken')
      return refuse([{ pointer: '/issuer', message: 'belongs to another tenant' }], 409)
    told.changed()
    return c.json(done, 201)
  })

  app.get('/operations', async (c) => {
    const stuckOnly = c.req.query('stuck') === '1'
    const timings = told.timings ?? PRODUCTION_TIMINGS
    return c.json({ operations: await listUnfinished(deps, timings, stuckOnly) })
  })

  async function tenantNamed(name: string) {
    return (await listTenants(deps.db)).find(({ id, issuer }) => id === name || issuer === name)
  }

  app.get('/configurations', async (c) => {
    const name = c.req.query('tenant')
    const tenants = await listTenants(deps.db)
    const wanted = tenants.filter(
      ({ id, issuer }) => name === undefined || id === name || issuer === name,
    )
    if (name !== undefined && wanted.length === 0)
      return refuse([{ pointer: '/tenant', message: 'is unknown' }], 404)
    const found = await Promise.all(
      wanted.map(async (tenant) =>
        (await listConfigurations(deps, tenant.id)).map((view) => ({ tenant: tenant.id, ...view })),
      ),
    )
    return c.json({ configurations: found.flat() })
  })
  app.post('/configurations', async (c) => {
    const body = await bodyOf(c.req.raw)
    const named = namedTenant.safeParse(body)
    if (!named.success) return refuse(schemaFaults(named.error))
    const { tenant: name, ...rest } = named.data
    const tenant = await tenantNamed(name)
    if (tenant === undefined) return refuse([{ pointer: '/tenant', message: 'is unknown' }], 404)
    const input = configurationCreateSchema.safeParse(rest)
    if (!input.success) return refuse(schemaFaults(input.error))
    const done = await createConfiguration(deps, tenant.id, OPERATOR, input.data)
    if (isRefusal(done))
      return refuse(
        (done.faults ?? []).map(({ pointer, code }) => ({
          pointer,
          message: sentences[code] ?? code,
        })),
      )
    return c.json({ tenant: tenant.id, ...done }, 201)
  })
  app.onError((error, c) => {
    told.report(error, `operator ${c.req.method} ${c.req.path}`)
    if (isDatabaseAway(error))
      return Response.json(
        {
          errors: [
            {
              pointer: '',
              message:
                'the database gave no answer, so it is not known whether this was written; give the command again, nothing is done twice',
            },
          ],
        },
        { status: 503 },
      )
    return Response.json(
      { errors: [{ pointer: '', message: 'it failed on our side; the log says why' }] },
      { status: 500 },
    )
  })
  return app
}
