import type { Hono } from 'hono'
import { z } from 'zod'
import { createConfiguration } from '../../configurations/create.ts'
import { listConfigurations } from '../../configurations/list.ts'
import { isRefusal } from '../../contract/refusal.ts'
import { configurationCreateSchema } from '../../contract/resources.ts'
import { listTenants, tenantNamed } from '../../tenants/list.ts'
import { OPERATOR, type OperatorDeps } from './door.ts'
import { bodyOf, refuse, schemaFaults } from './refuse.ts'

const sentences: Readonly<Record<string, string>> = {
  format: 'is not a host name or an IP address',
  address_forbidden: 'is a private address; list it in PROVISION_ALLOWED_HOSTS if it is yours',
  certificate: 'is not a certificate in PEM form, or holds something else as well',
  port_forbidden: 'is not 2087, 2083 or 443; list the host in PROVISION_ALLOWED_HOSTS to use it',
}

const namedTenant = z.looseObject({ tenant: z.string() })

/** `GET` and `POST /configurations`. */
export function configurationVerbs(app: Hono, deps: OperatorDeps): void {
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
    const tenant = await tenantNamed(deps.db, name)
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
}
