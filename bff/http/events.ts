import { z } from 'zod'
import type { Database } from '../../db/connect.ts'
import { serviceRow } from '../../db/services.ts'
import { byeSchema, feedDataSchema } from '../contract/feed.ts'
import type { Feed, Opened } from '../operations/feed.ts'
import { lastEventId } from '../operations/feed-blocks.ts'
import { notFound } from './refused.ts'
import type { Outcome, Routes } from './route.ts'

/** Blocks kept for a reader that does not take them; with one more its stream ends. */
const QUEUE = 512

function streamOf({ attach }: Extract<Opened, { kind: 'opened' }>): ReadableStream<Uint8Array> {
  let detach = () => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        detach = attach({
          write(block) {
            controller.enqueue(block)
            return (controller.desiredSize ?? 0) > 0
          },
          end: () => controller.close(),
        })
      },
      cancel: () => detach(),
    },
    new CountQueuingStrategy({ highWaterMark: QUEUE }),
  )
}

/**
 * `GET /services/{service}/events`: the live feed, read by `fetch`. Ids and versions, no texts; resumed with
 * `Last-Event-ID`; ends with an event `bye` when its token does.
 */
export function eventRoutes(
  routes: Routes,
  deps: { readonly db: Database; readonly feed: Pick<Feed, 'open'> },
): void {
  routes.add({
    method: 'GET',
    path: '/services/:service/events',
    summary: 'What changes about a service, as it happens: ids and versions',
    scope: 'services:read',
    streams: true,
    response: z.union([feedDataSchema, byeSchema]),
    statuses: [200, 400, 401, 403, 404, 429, 503],
    async handle({ access, params, last_event_id }): Promise<Outcome<never>> {
      const service = await serviceRow(deps.db, access.tenant, params.service ?? '')
      if (service === undefined) return notFound
      const last = lastEventId(last_event_id)
      if (last === 'malformed') return { kind: 'problem', code: 'bad_request' }
      const opened = await deps.feed.open(
        {
          tenant: access.tenant,
          service,
          subject: access.acting,
          until: access.until,
          isRevoked: () => access.isRevoked(),
          hears(event, client_visible) {
            switch (event) {
              case 'log':
                return (
                  access.allows('logs:read', service.id) &&
                  (client_visible || access.role !== 'client')
                )
              case 'fields':
                return access.allows('fields:read', service.id)
              case 'operation':
              case 'service':
                return true
            }
          },
        },
        last,
      )
      const later = (retry_after: number) => ({ headers: { 'retry-after': String(retry_after) } })
      switch (opened.kind) {
        case 'opened':
          return { kind: 'stream', body: streamOf(opened) }
        case 'stopping':
          return { kind: 'problem', code: 'not_ready', details: later(opened.retry_after) }
        case 'full':
          return {
            kind: 'problem',
            code: opened.of === 'subject' ? 'too_many_streams' : 'streams_full',
            details: later(opened.retry_after),
          }
      }
    },
  })
}
