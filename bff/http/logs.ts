import { z } from 'zod'
import type { Database } from '../../db/connect.ts'
import { serviceRow } from '../../db/services.ts'
import { logIdSchema, operationIdSchema } from '../contract/ids.ts'
import { type LogPage, logLevelSchema, logPageSchema } from '../contract/resources.ts'
import { ROLES } from '../contract/scopes.ts'
import { listLog } from '../log/list.ts'
import type { EntryView } from '../log/present.ts'
import { instant, type Say } from '../operations/present.ts'
import { hasText } from '../texts/text.ts'
import { COST } from './rates.ts'
import { notFound } from './refused.ts'
import type { Outcome, Routes } from './route.ts'

const querySchema = z.strictObject({
  level: logLevelSchema.optional(),
  action: z.string().max(64).optional(),
  actor: z.enum(ROLES).optional(),
  q: z.string().max(200).optional(),
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
})

function presentEntry(entry: EntryView, say: Say): LogPage['entries'][number] {
  const { message } = entry
  return {
    id: logIdSchema.parse(entry.id),
    at: instant(entry.at),
    level: entry.level,
    actor: entry.actor,
    action: entry.action,
    action_label: say({ code: `action.${entry.action}.label` }).text,
    ...(entry.operation === undefined
      ? {}
      : { operation: operationIdSchema.parse(entry.operation) }),
    ...(entry.reason === undefined ? {} : { reason: entry.reason }),
    duration_ms: entry.duration_ms,
    message: say(message),
    ...(entry.detail === undefined
      ? {}
      : {
          detail: entry.detail.map(({ code, value }) => ({
            label: say({ code }).text,
            // Values are plain, except where one is the name of a text.
            value: hasText(value) ? say({ code: value }).text : value,
          })),
        }),
  }
}

/** `GET /services/{service}/logs`, newest first. */
export function logRoutes(routes: Routes, deps: { readonly db: Database }): void {
  routes.add({
    method: 'GET',
    path: '/services/:service/logs',
    cost: ({ q }) => (q ? COST.expensive : COST.read),
    summary: 'What happened to a service: who, what, why, how long, with what outcome',
    scope: 'logs:read',
    query: querySchema,
    response: logPageSchema,
    statuses: [200, 400, 401, 403, 404],
    async handle({ access, params, query, facts }): Promise<Outcome<LogPage>> {
      const service = params.service ?? ''
      if ((await serviceRow(deps.db, access.tenant, service)) === undefined) return notFound
      const page = await listLog(deps, access.tenant, service, access.role, {
        ...(query.level === undefined ? {} : { level: query.level }),
        ...(query.action === undefined ? {} : { action: query.action }),
        ...(query.actor === undefined ? {} : { role: query.actor }),
        ...(query.q === undefined ? {} : { text: query.q }),
        ...(query.cursor === undefined ? {} : { before: query.cursor }),
        ...(query.limit === undefined ? {} : { limit: query.limit }),
      })
      return {
        kind: 'ok',
        body: {
          entries: page.entries.map((entry) => presentEntry(entry, facts.say)),
          next: page.next,
          can: access.allows('logs:export', service) ? ['export'] : [],
        },
      }
    },
  })
}
