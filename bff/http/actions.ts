import { z } from 'zod'
import { stepsOfOperation } from '../../db/operations.ts'
import { describeStepUp, stepUpChallenge } from '../auth/step-up.ts'
import {
  type Actions,
  actionsSchema,
  type Preview,
  previewRequestSchema,
  previewSchema,
  readResultSchema,
  submitSchema,
} from '../contract/action.ts'
import { serviceIdSchema } from '../contract/ids.ts'
import { operationSchema } from '../contract/operation.ts'
import { serviceStateSchema } from '../contract/service.ts'
import type { Caller } from '../operations/caller.ts'
import type { EngineDeps } from '../operations/deps.ts'
import { listActions } from '../operations/list-actions.ts'
import { notesOf } from '../operations/notes.ts'
import { isHiddenFrom } from '../operations/plan.ts'
import type { Unreachable } from '../operations/policy.ts'
import { instant, presentOperation, presentShown, type Say } from '../operations/present.ts'
import { preview, type Refusal } from '../operations/preview.ts'
import { readAction } from '../operations/read-action.ts'
import { submit } from '../operations/submit.ts'
import type { Access } from './access.ts'
import { presentAction, presentPreview } from './present-action.ts'
import { COST } from './rates.ts'
import type { Outcome, Routes } from './route.ts'

/** Access to one service, as the engine wants it. */
export function callerOf(access: Access, service: string): Caller {
  return {
    tenant: access.tenant,
    subject: access.subject,
    role: access.role,
    actor: access.actor,
    allows: (scope) => access.allows(scope, service),
    stepUp: (action) => access.stepUp(action),
  }
}

/** `Retry-After` of a moment. Pure. */
const secondsUntil = (at: number, now: number): string =>
  String(Math.max(1, Math.ceil((at - now) / 1000)))

/** A refusal of the engine as a problem; an operation in the way goes with it. */
export async function refused(
  deps: EngineDeps,
  refusal: Refusal,
  caller: Caller,
  say: Say,
): Promise<Outcome<never>> {
  const { operation: inTheWay } = refusal
  const operation =
    inTheWay === undefined || isHiddenFrom(caller.role, inTheWay) ? undefined : inTheWay
  return {
    kind: 'problem',
    code: refusal.code,
    ...(refusal.scope === undefined ? {} : { scope: refusal.scope }),
    ...(refusal.step_up === undefined ? {} : { turned_away: describeStepUp(refusal.step_up.why) }),
    details: {
      ...(refusal.message === undefined ? {} : { message: refusal.message }),
      ...(refusal.faults === undefined ? {} : { faults: refusal.faults }),
      ...(refusal.step_up === undefined
        ? {}
        : { headers: { 'www-authenticate': stepUpChallenge(refusal.step_up.rule) } }),
      ...(refusal.retry_at === undefined
        ? {}
        : { headers: { 'retry-after': secondsUntil(refusal.retry_at, deps.clock.now()) } }),
      ...(operation === undefined
        ? {}
        : {
            operation: presentOperation(
              operation,
              await stepsOfOperation(deps.db, operation),
              deps.provider,
              say,
              deps.clock.now(),
              caller,
              deps.lines.until(operation.server),
            ),
          }),
    },
  }
}

/** What the routes of actions need beside the engine. */
export interface ActionRouteDeps {
  readonly engine: EngineDeps
  /**
   * Makes sure the service is registered and its account was read lately: waits 1 s at most, refreshes behind.
   *
   * @returns a fault code when the server could not be asked; undefined when all is well
   */
  freshen(access: Access, service: string): Promise<Unreachable | undefined>
}

const answerSchema = z.union([operationSchema, readResultSchema])
const scopeOf = (params: Readonly<Record<string, string>>) =>
  `actions:${params.action ?? '{action}'}` as const

/** `GET …/actions`, `POST …/actions/{action}` and its preview. */
export function actionRoutes(routes: Routes, deps: ActionRouteDeps): void {
  const { engine } = deps
  routes.add({
    method: 'GET',
    path: '/services/:service/actions',
    summary: 'What this token may do with the service now, and what is running',
    scope: 'services:read',
    response: actionsSchema,
    statuses: [200, 401, 403, 404],
    async handle({ access, params, facts }): Promise<Outcome<Actions>> {
      const service = params.service ?? ''
      const unreachable = await deps.freshen(access, service)
      const list = await listActions(engine, callerOf(access, service), service, unreachable)
      if (list === undefined) return { kind: 'problem', code: 'not_found' }
      const { say } = facts
      const state = serviceStateSchema.parse(list.service.state)
      return {
        kind: 'ok',
        body: {
          viewer: { role: access.role, label: access.actor.label },
          service: {
            id: serviceIdSchema.parse(list.service.id),
            label: list.service.label,
            domain: list.service.domain,
            state,
            state_label: say({ code: `state.${state}` }).text,
            since: instant(list.service.since),
            as_of: list.service.snapshot_at === null ? null : instant(list.service.snapshot_at),
            version: list.service.version,
            notes: notesOf(list.situation, list.unreachable).map((note) => say(note)),
          },
          ...(list.operation === undefined
            ? {}
            : {
                operation: presentOperation(
                  list.operation.row,
                  list.operation.steps,
                  engine.provider,
                  say,
                  engine.clock.now(),
                  callerOf(access, service),
                  engine.lines.until(list.operation.row.server),
                ),
              }),
          ...(list.scheduled === undefined
            ? {}
            : {
                scheduled: presentOperation(
                  list.scheduled,
                  [],
                  engine.provider,
                  say,
                  engine.clock.now(),
                  callerOf(access, service),
                ),
              }),
          actions: list.actions.map((listed) => presentAction(listed, list.situation, say)),
        },
      }
    },
  })

  routes.add({
    method: 'POST',
    path: '/services/:service/actions/:action/preview',
    cost: COST.expensive,
    summary:
      'What the action would do, read from the server now; its digest is what a person confirms',
    scope: scopeOf,
    body: previewRequestSchema,
    response: previewSchema,
    statuses: [200, 400, 401, 403, 404, 409, 415, 422, 429, 503],
    async handle({ access, params, body, facts }): Promise<Outcome<Preview>> {
      const service = params.service ?? ''
      const caller = callerOf(access, service)
      const done = await preview(engine, caller, service, params.action ?? '', body.input)
      return done.kind === 'problem'
        ? refused(engine, done, caller, facts.say)
        : {
            kind: 'ok',
            body: presentPreview(done.digest, done.expires_at, done.consequences, facts.say),
          }
    },
  })

  routes.add({
    method: 'POST',
    path: '/services/:service/actions/:action',
    summary: 'Starts an operation (202), or answers a read action at once (200)',
    scope: scopeOf,
    body: submitSchema,
    key: 'optional',
    response: answerSchema,
    statuses: [200, 202, 400, 401, 403, 404, 409, 415, 422, 428, 429, 503],
    async handle({
      access,
      params,
      body,
      key,
      facts,
    }): Promise<Outcome<z.infer<typeof answerSchema>>> {
      const service = params.service ?? ''
      const name = params.action ?? ''
      const caller = callerOf(access, service)
      const { say } = facts
      const action = engine.provider.actions.find((candidate) => candidate.name === name)
      if (action?.kind === 'read') {
        const read = await readAction(engine, caller, service, name, body.input)
        if (read.kind === 'problem') return refused(engine, read, caller, say)
        return {
          kind: 'ok',
          body: {
            result: {
              show: presentShown(read.show, say),
              ...(read.open === undefined ? {} : { open: read.open }),
              changed: [...read.changed],
            },
            warnings: read.warnings.map((warning) => say(warning)),
          },
        }
      }
      if (key === '') return { kind: 'problem', code: 'key_missing' }
      const done = await submit(engine, caller, {
        service,
        action: name,
        input: body.input,
        confirmation: body.confirmation,
        key,
      })
      if (done.kind === 'problem') return refused(engine, done, caller, say)
      return {
        kind: 'ok',
        status: 202,
        headers: { location: `/v1/operations/${done.operation.id}` },
        body: presentOperation(
          done.operation,
          done.steps,
          engine.provider,
          say,
          engine.clock.now(),
          caller,
          engine.lines.until(done.operation.server),
        ),
      }
    },
  })
}
