import type { Context, Hono } from 'hono'
import type { Standing, TenantRow } from '../../../db/tenants.ts'
import { addTenant } from '../../tenants/add.ts'
import { changeTenant } from '../../tenants/change.ts'
import { switchTenant } from '../../tenants/enable.ts'
import { listTenants, tenantNamed } from '../../tenants/list.ts'
import { removeTenant } from '../../tenants/remove.ts'
import { unknownActions } from '../../tenants/step-up-actions.ts'
import { tenantChangeSchema } from '../../tenants/tenant-change.ts'
import { tenantInputSchema } from '../../tenants/tenant-input.ts'
import { tenantShown } from '../../tenants/view.ts'
import { OPERATOR, type OperatorDeps, type OperatorTold } from './door.ts'
import { bodyOf, type OperatorFault, refuse, schemaFaults } from './refuse.ts'

const TAKEN: OperatorFault = { pointer: '/issuer', message: 'belongs to another tenant' }
const MEANWHILE: OperatorFault = {
  pointer: '/tenant',
  message: 'was changed by another command meanwhile; look at it and give the command again',
}
const UNKNOWN: OperatorFault = { pointer: '/tenant', message: 'is unknown' }

const OBSTACLES: Readonly<Record<keyof Standing, string>> = {
  services: 'of it are known; as long as one is, the tenant can be disabled but not removed',
  configurations: 'of it are there; remove them first',
  under_way: 'operations of it are not over',
  scheduled: 'operations of it are planned for a date',
}

function inTheWay(standing: Standing): OperatorFault[] {
  const found: [string, number, string][] = [
    ['services', standing.services, OBSTACLES.services],
    ['configurations', standing.configurations, OBSTACLES.configurations],
    ['operations', standing.under_way, OBSTACLES.under_way],
    ['planned', standing.scheduled, OBSTACLES.scheduled],
  ]
  return found.flatMap(([what, count, why]) =>
    count === 0 ? [] : [{ pointer: `/${what}`, message: `${count} ${why}` }],
  )
}

function strangeActions(...asked: Parameters<typeof unknownActions>): OperatorFault[] {
  return unknownActions(...asked).map((name) => ({
    pointer: `/step_up/${name}`,
    message: 'is no action',
  }))
}

/**
 * `GET` and `POST /tenants`; `GET`, `PATCH` and `DELETE /tenants/{id or issuer}`; `POST …/enable` and `…/disable`. A
 * change is made whole or not at all.
 */
export function tenantVerbs(app: Hono, deps: OperatorDeps, told: OperatorTold): void {
  const named = async (
    c: Context,
    then: (row: TenantRow) => Promise<Response>,
  ): Promise<Response> => {
    const row = await tenantNamed(deps.db, c.req.param('tenant') ?? '')
    return row === undefined ? refuse([UNKNOWN], 404) : then(row)
  }

  app.get('/tenants', async (c) => c.json({ tenants: await listTenants(deps.db) }))
  app.post('/tenants', async (c) => {
    const input = tenantInputSchema.safeParse(await bodyOf(c.req.raw))
    if (!input.success) return refuse(schemaFaults(input.error))
    const strange = strangeActions(input.data.step_up, deps.provider)
    if (strange.length > 0) return refuse(strange)
    const done = await addTenant(deps, input.data, OPERATOR)
    if (done === 'issuer_taken') return refuse([TAKEN], 409)
    told.changed()
    return c.json(done, 201)
  })

  app.get('/tenants/:tenant', (c) => named(c, async (row) => c.json(await tenantShown(row))))
  app.patch('/tenants/:tenant', (c) =>
    named(c, async (row) => {
      const change = tenantChangeSchema.safeParse(await bodyOf(c.req.raw))
      if (!change.success) return refuse(schemaFaults(change.error))
      const strange = strangeActions(change.data.step_up ?? undefined, deps.provider)
      if (strange.length > 0) return refuse(strange)
      const done = await changeTenant(deps, OPERATOR, row, change.data)
      if (!('kind' in done)) {
        told.changed()
        return c.json(done)
      }
      switch (done.kind) {
        case 'faults':
          return refuse(done.faults)
        case 'issuer_taken':
          return refuse([TAKEN], 409)
        case 'changed_meanwhile':
          return refuse([MEANWHILE], 409)
      }
    }),
  )
  for (const verb of ['enable', 'disable'] as const)
    app.post(`/tenants/:tenant/${verb}`, (c) =>
      named(c, async (row) => {
        const done = await switchTenant(deps, OPERATOR, row, verb === 'enable')
        if (done === undefined) return refuse([UNKNOWN], 404)
        told.changed()
        return c.json(done)
      }),
    )
  app.delete('/tenants/:tenant', (c) =>
    named(c, async (row) => {
      const done = await removeTenant(deps, OPERATOR, row)
      switch (done.kind) {
        case 'removed':
          told.changed()
          return c.json({ id: row.id, label: row.label })
        case 'in_the_way':
          return refuse(inTheWay(done.standing), 409)
        case 'changed_meanwhile':
          return refuse([MEANWHILE], 409)
      }
    }),
  )
}
