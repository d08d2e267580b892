import { z } from 'zod'
import type { Database } from '../../db/connect.ts'
import type { Clock } from '../contract/clock.ts'
import { serviceIdSchema } from '../contract/ids.ts'
import { isRefusal } from '../contract/refusal.ts'
import { type Service, servicePutSchema, serviceSchema } from '../contract/service.ts'
import type { Provider } from '../providers/provider.ts'
import { getService } from '../services/get.ts'
import { putService } from '../services/put.ts'
import { COST } from './rates.ts'
import { asProblem, notFound } from './refused.ts'
import type { Outcome, Routes } from './route.ts'

export interface ServiceRouteDeps {
  readonly db: Database
  readonly clock: Clock
  readonly provider: Provider
}

/** `GET` and `PUT /services/{service}`: the second is for the host's own back end. */
export function serviceRoutes(routes: Routes, deps: ServiceRouteDeps): void {
  routes.add({
    method: 'GET',
    path: '/services/:service',
    summary: 'One service as we know it',
    scope: 'services:read',
    response: serviceSchema,
    statuses: [200, 401, 403, 404],
    async handle({ access, params }): Promise<Outcome<Service>> {
      const service = await getService(deps, access.tenant, params.service ?? '')
      return service === undefined ? notFound : { kind: 'ok', body: service }
    },
  })

  routes.add({
    method: 'PUT',
    path: '/services/:service',
    // A host's back end tells of many at a time.
    cost: COST.read,
    summary: 'Registers a service, or replaces what the order says of it',
    scope: 'services:write',
    body: servicePutSchema,
    response: serviceSchema,
    statuses: [200, 201, 400, 401, 403, 404, 409, 415, 422],
    async handle({ access, params, body }): Promise<Outcome<Service>> {
      const id = serviceIdSchema.safeParse(params.service)
      if (!id.success) return notFound
      const done = await putService(deps, access.tenant, access.actor, { ...body, id: id.data })
      if (isRefusal(done)) return asProblem(done)
      const service = await getService(deps, access.tenant, id.data)
      return service === undefined
        ? notFound
        : { kind: 'ok', status: done.kind === 'registered' ? 201 : 200, body: service }
    },
  })
}

/** A month in a query. */
export const monthQuery = z.strictObject({ month: z.string().max(7).optional() })
