import { z } from 'zod'
import { serviceRow } from '../../db/services.ts'
import { configurationChoices, configurationPasswordPolicy } from '../configurations/choices.ts'
import { createConfiguration } from '../configurations/create.ts'
import type { ConfigurationDeps } from '../configurations/deps.ts'
import { getConfiguration, listConfigurations } from '../configurations/list.ts'
import { patchConfiguration } from '../configurations/patch.ts'
import { removeConfiguration } from '../configurations/remove.ts'
import { testConfiguration } from '../configurations/test.ts'
import type { ConfigurationView } from '../configurations/view.ts'
import { CHOICE_LISTS, type ChoiceList } from '../contract/dialect.ts'
import { configurationIdSchema, type TenantId } from '../contract/ids.ts'
import { isRefusal, type Refusal } from '../contract/refusal.ts'
import {
  type Choices,
  type Configuration,
  choicesSchema,
  configurationCreateSchema,
  configurationListSchema,
  configurationPatchSchema,
  configurationSchema,
  type PasswordPolicy,
  passwordPolicySchema,
} from '../contract/resources.ts'
import { instant, type Say } from '../operations/present.ts'
import { COST } from './rates.ts'
import { asProblem, notFound } from './refused.ts'
import type { Outcome, Routes } from './route.ts'

function present(view: ConfigurationView, say: Say): Configuration {
  const { test } = view
  return {
    id: configurationIdSchema.parse(view.id),
    label: view.label,
    host: view.host,
    port: view.port,
    user: view.user,
    token_set: view.token_set,
    ...(view.pin === undefined ? {} : { pin: view.pin }),
    disabled: view.disabled,
    services: view.services,
    ...(test === undefined
      ? {}
      : {
          test: {
            at: instant(test.at),
            cause: test.cause,
            text: say({ code: `test.${test.cause}` }),
            ...(test.version === undefined ? {} : { version: test.version }),
            ...(test.certificate === undefined ? {} : { certificate: test.certificate }),
          },
        }),
    rights: view.rights.map(({ action, ok, missing }) => ({
      action,
      label: say({ code: `action.${action}.label` }).text,
      ok,
      missing: [...missing],
    })),
  }
}

function answered(
  done: ConfigurationView | Refusal | undefined,
  say: Say,
  status: 200 | 201 = 200,
): Outcome<Configuration> {
  if (done === undefined) return notFound
  return isRefusal(done) ? asProblem(done) : { kind: 'ok', status, body: present(done, say) }
}

const answerSchema = z.union([choicesSchema, passwordPolicySchema])

async function choose(
  deps: ConfigurationDeps,
  tenant: TenantId,
  configuration: string,
  list: string,
  say: Say,
): Promise<Outcome<Choices | PasswordPolicy>> {
  const known: ChoiceList | undefined = CHOICE_LISTS.find((candidate) => candidate === list)
  if (known === undefined) return notFound
  if (known === 'password-policy') {
    const policy = await configurationPasswordPolicy(deps, tenant, configuration)
    return isRefusal(policy) ? asProblem(policy) : { kind: 'ok', body: policy }
  }
  const offered = await configurationChoices(deps, tenant, configuration, known)
  if (isRefusal(offered)) return asProblem(offered)
  const choices = offered.choices.map((choice) => ({
    ...choice,
    facts: choice.facts.map((fact) => say(fact).text),
  }))
  return { kind: 'ok', body: { choices } }
}

/** A tenant's ways to its servers; and what forms offer, asked through one. */
export function configurationRoutes(routes: Routes, deps: ConfigurationDeps): void {
  routes.add({
    method: 'GET',
    path: '/configurations',
    summary: 'All configurations of the tenant, with their last test and rights; never a token',
    scope: 'configurations:read',
    response: configurationListSchema,
    statuses: [200, 401, 403],
    async handle({ access, facts }) {
      const views = await listConfigurations(deps, access.tenant)
      return {
        kind: 'ok',
        body: { configurations: views.map((view) => present(view, facts.say)) },
      }
    },
  })
  routes.add({
    method: 'POST',
    path: '/configurations',
    summary:
      'Adds a configuration; the token is sealed and never shown again. Sent twice, equal in everything, it is added once',
    scope: 'configurations:write',
    body: configurationCreateSchema,
    response: configurationSchema,
    statuses: [201, 400, 401, 403, 415, 422],
    handle: async ({ access, body, facts }) =>
      answered(await createConfiguration(deps, access.tenant, access.actor, body), facts.say, 201),
  })
  routes.add({
    method: 'GET',
    path: '/configurations/:configuration',
    summary: 'One configuration',
    scope: 'configurations:read',
    response: configurationSchema,
    statuses: [200, 401, 403, 404],
    handle: async ({ access, params, facts }) =>
      answered(await getConfiguration(deps, access.tenant, params.configuration ?? ''), facts.say),
  })
  routes.add({
    method: 'PATCH',
    path: '/configurations/:configuration',
    summary: 'Changes a configuration; host and port are fixed once used',
    scope: 'configurations:write',
    body: configurationPatchSchema,
    response: configurationSchema,
    statuses: [200, 400, 401, 403, 404, 409, 415, 422],
    handle: async ({ access, params, body, facts }) =>
      answered(
        await patchConfiguration(
          deps,
          access.tenant,
          access.actor,
          params.configuration ?? '',
          body,
        ),
        facts.say,
      ),
  })
  routes.add({
    method: 'DELETE',
    path: '/configurations/:configuration',
    summary: 'Deletes a configuration no service uses; one that is gone already is not found',
    scope: 'configurations:write',
    response: z.null(),
    statuses: [204, 401, 403, 404, 409],
    async handle({ access, params }): Promise<Outcome<null>> {
      const id = params.configuration ?? ''
      const done = await removeConfiguration(deps, access.tenant, access.actor, id)
      return isRefusal(done) ? asProblem(done) : { kind: 'empty' }
    },
  })
  routes.add({
    method: 'POST',
    path: '/configurations/:configuration/test',
    cost: COST.expensive,
    summary: 'Tests the connection and reads what the token may do',
    scope: 'configurations:write',
    body: z.strictObject({}),
    response: configurationSchema,
    statuses: [200, 400, 401, 403, 404, 415],
    handle: async ({ access, params, facts }) =>
      answered(
        await testConfiguration(deps, access.tenant, access.actor, params.configuration ?? ''),
        facts.say,
      ),
  })
  routes.add({
    method: 'GET',
    path: '/configurations/:configuration/:list',
    cost: COST.write,
    summary: 'Packages, ACL lists, IPs, accounts or the password policy of its server',
    scope: 'configurations:read',
    response: answerSchema,
    statuses: [200, 401, 403, 404, 409, 503],
    handle: ({ access, params, facts }) =>
      choose(deps, access.tenant, params.configuration ?? '', params.list ?? '', facts.say),
  })
  routes.add({
    method: 'GET',
    path: '/services/:service/choices/:list',
    cost: COST.write,
    summary: 'What the forms of a service offer, asked of its own server',
    scope: 'services:read',
    response: answerSchema,
    statuses: [200, 401, 403, 404, 409, 503],
    async handle({ access, params, facts }) {
      const service = await serviceRow(deps.db, access.tenant, params.service ?? '')
      if (service === undefined || service.configuration === null) return notFound
      // Lists of accounts and packages are for those who choose from them.
      if (access.role === 'client' && params.list !== 'password-policy') return notFound
      return choose(deps, access.tenant, service.configuration, params.list ?? '', facts.say)
    },
  })
}
