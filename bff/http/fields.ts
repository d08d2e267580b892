import type { Database } from '../../db/connect.ts'
import type { Clock } from '../contract/clock.ts'
import { isRefusal } from '../contract/refusal.ts'
import { type Field, type Fields, fieldsPatchSchema, fieldsSchema } from '../contract/resources.ts'
import { listFields } from '../fields/list.ts'
import { patchFields } from '../fields/patch.ts'
import { instant, type Say } from '../operations/present.ts'
import type { Access } from './access.ts'
import { asProblem, notFound } from './refused.ts'
import type { Outcome, Routes } from './route.ts'

export interface FieldRouteDeps {
  readonly db: Database
  readonly clock: Clock
}

/** The action that changes a field, by what it is called where this token may do it. */
function changedBy(
  access: Access,
  service: string,
  action: string,
  word: (code: string) => string,
): Pick<Field, 'changed_by' | 'changed_by_label'> {
  return access.allows(`actions:${action}`, service)
    ? { changed_by: action, changed_by_label: word(`action.${action}.label`) }
    : { changed_by: action }
}

async function fieldsOf(
  deps: FieldRouteDeps,
  access: Access,
  service: string,
  say: Say,
): Promise<Outcome<Fields>> {
  const list = await listFields(deps, access.tenant, service, access.role)
  if (list === undefined) return notFound
  const word = (code: string) => say({ code }).text
  return {
    kind: 'ok',
    body: {
      viewer: list.viewer,
      fields: list.fields.map((field) => ({
        name: field.name,
        label: word(`field.${field.name}`),
        group: field.group,
        group_label: word(`field_group.${field.group}`),
        value:
          field.value === null || typeof field.value === 'string' ? field.value : [...field.value],
        source: field.source,
        source_label: word(`field_source.${field.source}`),
        as_of: field.as_of === null ? null : instant(field.as_of),
        editable: field.editable && access.allows('fields:write', service),
        ...(field.changed_by === undefined
          ? {}
          : changedBy(access, service, field.changed_by, word)),
      })),
    },
  }
}

/** `GET` and `PATCH /services/{service}/fields`. */
export function fieldRoutes(routes: Routes, deps: FieldRouteDeps): void {
  routes.add({
    method: 'GET',
    path: '/services/:service/fields',
    summary: 'The provision fields of a service, with who says each and since when',
    scope: 'fields:read',
    response: fieldsSchema,
    statuses: [200, 401, 403, 404],
    handle: ({ access, params, facts }) => fieldsOf(deps, access, params.service ?? '', facts.say),
  })

  routes.add({
    method: 'PATCH',
    path: '/services/:service/fields',
    summary: 'Changes order and staff fields; null clears one',
    scope: 'fields:write',
    body: fieldsPatchSchema,
    response: fieldsSchema,
    statuses: [200, 400, 401, 403, 404, 415, 422],
    async handle({ access, params, body, facts }): Promise<Outcome<Fields>> {
      const service = params.service ?? ''
      const done = await patchFields(deps, access.tenant, access.actor, service, body.fields)
      return isRefusal(done) ? asProblem(done) : fieldsOf(deps, access, service, facts.say)
    },
  })
}
