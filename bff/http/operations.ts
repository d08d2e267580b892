import { z } from 'zod'
import {
  type OperationRow,
  operationById,
  operationsOfService,
  stepsOfOperation,
} from '../../db/operations.ts'
import { serviceRow } from '../../db/services.ts'
import { confirmationSchema } from '../contract/action.ts'
import { inputValuesSchema } from '../contract/dialect.ts'
import { type Operation, operationSchema, verdictSchema } from '../contract/operation.ts'
import { cancel } from '../operations/cancel.ts'
import type { EngineDeps } from '../operations/deps.ts'
import { isHiddenFrom } from '../operations/plan.ts'
import { presentOperation, type Say } from '../operations/present.ts'
import type { Refusal } from '../operations/preview.ts'
import { resolve } from '../operations/resolve.ts'
import { retry } from '../operations/retry.ts'
import { mayDo } from '../operations/retry-rule.ts'
import type { Accepted } from '../operations/submit.ts'
import type { Access } from './access.ts'
import { callerOf, refused } from './actions.ts'
import type { Outcome, Routes } from './route.ts'

const listSchema = z.strictObject({
  operations: z.array(operationSchema),
  next: z.string().nullable(),
})
const retrySchema = z.strictObject({
  input: inputValuesSchema.default({}),
  confirmation: confirmationSchema.optional(),
})
const PAGE = 20

/** Reading operations, and what a person can do with one: cancel, retry, resolve. */
export function operationRoutes(routes: Routes, engine: EngineDeps): void {
  const present = async (row: OperationRow, access: Access, say: Say): Promise<Operation> =>
    presentOperation(
      row,
      await stepsOfOperation(engine.db, row),
      engine.provider,
      say,
      engine.clock.now(),
      callerOf(access, row.service),
      engine.lines.until(row.server),
    )

  /** An operation of a service the token is not about does not exist for it. */
  const find = async (access: Access, id: string): Promise<OperationRow | undefined> => {
    const row = await operationById(engine.db, access.tenant, id)
    if (row === undefined || isHiddenFrom(access.role, row)) return undefined
    return access.reaches(row.service) ? row : undefined
  }

  const answer = async (
    done: Accepted | Refusal,
    access: Access,
    say: Say,
    status: 200 | 202,
  ): Promise<Outcome<Operation>> =>
    done.kind === 'problem'
      ? refused(engine, done, callerOf(access, done.operation?.service ?? ''), say)
      : { kind: 'ok', status, body: await present(done.operation, access, say) }

  routes.add({
    method: 'GET',
    path: '/services/:service/operations',
    summary: 'Operations of a service, newest first',
    scope: 'services:read',
    query: z.strictObject({ cursor: z.string().max(64).optional() }),
    response: listSchema,
    statuses: [200, 400, 401, 403, 404],
    async handle({ access, params, query, facts }): Promise<Outcome<z.infer<typeof listSchema>>> {
      if ((await serviceRow(engine.db, access.tenant, params.service ?? '')) === undefined)
        return { kind: 'problem', code: 'not_found' }
      const rows = await operationsOfService(
        engine.db,
        access.tenant,
        params.service ?? '',
        PAGE + 1,
        query.cursor,
      )
      const page = rows.slice(0, PAGE)
      return {
        kind: 'ok',
        body: {
          operations: await Promise.all(
            page
              .filter((row) => !isHiddenFrom(access.role, row))
              .map((row) => present(row, access, facts.say)),
          ),
          next: rows.length > PAGE ? (page.at(-1)?.id ?? null) : null,
        },
      }
    },
  })

  routes.add({
    method: 'GET',
    path: '/operations/:operation',
    summary: 'One operation',
    scope: null,
    response: operationSchema,
    statuses: [200, 401, 403, 404],
    async handle({ access, params, facts }): Promise<Outcome<Operation>> {
      const row = await find(access, params.operation ?? '')
      if (row === undefined) return { kind: 'problem', code: 'not_found' }
      if (!access.allows('services:read', row.service))
        return { kind: 'problem', code: 'insufficient_scope', scope: 'services:read' }
      return { kind: 'ok', body: await present(row, access, facts.say) }
    },
  })

  routes.add({
    method: 'POST',
    path: '/operations/:operation/cancel',
    summary: 'Cancels what was not sent; once sent, asks not to send again',
    scope: null,
    body: z.strictObject({}),
    response: operationSchema,
    statuses: [200, 401, 403, 404, 409],
    async handle({ access, params, facts }): Promise<Outcome<Operation>> {
      const row = await find(access, params.operation ?? '')
      if (row === undefined) return { kind: 'problem', code: 'not_found' }
      if (!mayDo('cancel', row.action, callerOf(access, row.service)))
        return { kind: 'problem', code: 'insufficient_scope', scope: 'operations:manage' }
      return answer(
        await cancel(engine, callerOf(access, row.service), row.id),
        access,
        facts.say,
        200,
      )
    },
  })

  routes.add({
    method: 'POST',
    path: '/operations/:operation/retry',
    summary: 'Tries again as a new operation; steps already done are skipped',
    scope: null,
    body: retrySchema,
    key: 'required',
    response: operationSchema,
    statuses: [202, 400, 401, 403, 404, 409, 422, 428],
    async handle({ access, params, body, key, facts }): Promise<Outcome<Operation>> {
      const row = await find(access, params.operation ?? '')
      if (row === undefined) return { kind: 'problem', code: 'not_found' }
      if (!mayDo('retry', row.action, callerOf(access, row.service)))
        return { kind: 'problem', code: 'insufficient_scope', scope: `actions:${row.action}` }
      const caller = callerOf(access, row.service)
      return answer(
        await retry(engine, caller, row.id, body.input, body.confirmation, key),
        access,
        facts.say,
        202,
      )
    },
  })

  routes.add({
    method: 'POST',
    path: '/operations/:operation/resolve',
    summary: 'A person says what became of an operation nobody could prove',
    scope: null,
    body: verdictSchema,
    response: operationSchema,
    statuses: [200, 400, 401, 403, 404, 409],
    async handle({ access, params, body, facts }): Promise<Outcome<Operation>> {
      const row = await find(access, params.operation ?? '')
      if (row === undefined) return { kind: 'problem', code: 'not_found' }
      if (!mayDo('resolve', row.action, callerOf(access, row.service)))
        return { kind: 'problem', code: 'insufficient_scope', scope: 'operations:manage' }
      return answer(
        await resolve(engine, callerOf(access, row.service), row.id, body),
        access,
        facts.say,
        200,
      )
    },
  })
}
