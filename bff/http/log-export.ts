import { z } from 'zod'
import { serviceRow } from '../../db/services.ts'
import { logLevelSchema } from '../contract/resources.ts'
import { ROLES } from '../contract/scopes.ts'
import { headNow } from '../log/chain/head.ts'
import { type KeyDeps, knownKeys, publicKeySchema } from '../log/chain/keys.ts'
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportQuery,
  exportLog,
} from '../log/export/export.ts'
import { instant, type Say } from '../operations/present.ts'
import { Downloads } from './download.ts'
import { COST } from './rates.ts'
import { notFound } from './refused.ts'
import type { Outcome, Routes } from './route.ts'

const formatSchema = z.enum(EXPORT_FORMATS).default('csv')

const serviceQuerySchema = z.strictObject({
  format: formatSchema,
  level: logLevelSchema.optional(),
  action: z.string().max(64).optional(),
  actor: z.enum(ROLES).optional(),
  q: z.string().max(200).optional(),
})

const tenantQuerySchema = z.strictObject({ format: formatSchema })

/** The signed end of the tenant's chain, and the keys to hold it against. */
export const auditHeadSchema = z.strictObject({
  tenant: z.string(),
  seq: z.number().int(),
  hash: z.string(),
  at: z.string(),
  jws: z.string(),
  keys: z.array(publicKeySchema),
})
export type AuditHead = z.infer<typeof auditHeadSchema>

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
}
const MEDIA_TYPES = ['text/csv', 'application/jsonl'] as const

/**
 * `GET /services/{service}/logs/export`, `GET /audit/export` and `GET /audit/head`: the log as a file, for staff. CSV for
 * people, JSON Lines that prove themselves.
 */
export function logExportRoutes(routes: Routes, deps: KeyDeps, downloads = new Downloads()): void {
  const download = (query: ExportQuery, format: ExportFormat, say: Say) => {
    const day = new Date(deps.clock.now()).toISOString().slice(0, 10)
    const name = `log-${query.service ?? 'all'}-${day}.${format}`
    return downloads.begin(() => exportLog(deps, query, format, say), TYPES[format], name)
  }

  routes.add({
    method: 'GET',
    path: '/services/:service/logs/export',
    cost: COST.expensive,
    summary:
      'Everything that was logged of a service, as CSV or as JSON Lines that prove themselves',
    scope: 'logs:export',
    query: serviceQuerySchema,
    response: z.never(),
    downloads: MEDIA_TYPES,
    statuses: [200, 400, 401, 403, 404, 503],
    async handle({ access, params, query, facts }): Promise<Outcome<never>> {
      const service = params.service ?? ''
      if ((await serviceRow(deps.db, access.tenant, service)) === undefined) return notFound
      const search: ExportQuery = {
        tenant: access.tenant,
        service,
        ...(query.level === undefined ? {} : { level: query.level }),
        ...(query.action === undefined ? {} : { action: query.action }),
        ...(query.actor === undefined ? {} : { role: query.actor }),
        ...(query.q === undefined ? {} : { text: query.q }),
      }
      return download(search, query.format, facts.say)
    },
  })

  routes.add({
    method: 'GET',
    path: '/audit/export',
    cost: COST.expensive,
    summary:
      'Everything that was logged, of all services and of the tenant itself, in the order of its chain',
    scope: 'audit:read',
    query: tenantQuerySchema,
    response: z.never(),
    downloads: MEDIA_TYPES,
    statuses: [200, 400, 401, 403, 503],
    handle: ({ access, query, facts }): Promise<Outcome<never>> =>
      download({ tenant: access.tenant, service: null }, query.format, facts.say),
  })

  routes.add({
    method: 'GET',
    path: '/audit/head',
    summary: 'The end of the log’s chain as it is now, signed, and the public keys',
    scope: 'audit:read',
    response: auditHeadSchema,
    statuses: [200, 400, 401, 403, 404],
    async handle({ access }): Promise<Outcome<AuditHead>> {
      const head = await headNow(deps, access.tenant)
      // Nothing was ever logged.
      if (head === undefined) return notFound
      const keys = (await knownKeys(deps.db)).map(({ key }) => key)
      return { kind: 'ok', body: { ...head, at: instant(head.at), keys } }
    },
  })
}
