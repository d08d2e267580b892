import type { Configuration } from '../../bff/contract/resources.ts'
import type { Service } from '../../bff/contract/service.ts'
import { ProvisionProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import type { Job } from './configuration.machine.ts'
import { createBody, patchBody } from './configuration-form.ts'

export type Answer =
  | { readonly kind: 'configuration'; readonly configuration: Configuration }
  | { readonly kind: 'removed'; readonly configuration: Configuration }
  | {
      readonly kind: 'service'
      readonly service: Service
      readonly configuration: Configuration
    }

/** Address of one configuration. */
export function configurationPath(id: string): string {
  return `/v1/configurations/${encodeURIComponent(id)}`
}

/** Address of the session's service. */
export function servicePath({ service }: Session): string {
  return `/v1/services/${encodeURIComponent(service ?? '')}`
}

/** A request refused for its token changed nothing, and the token has been renewed: it is sent once more. */
async function withFreshToken<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (thrown) {
    if (!(thrown instanceof ProvisionProblem) || thrown.status !== 401) throw thrown
    return send()
  }
}

/**
 * Gives the service another configuration. The request replaces the whole order, so the rest of it is said again as it
 * is at this moment. A username is only a wish where the state is unknown; anywhere else saying it would link an account.
 */
async function choose(session: Session, configuration: Configuration): Promise<Answer> {
  const now = await session.get<Service>(servicePath(session))
  const { label, domain, username } = now
  const service = await withFreshToken(() =>
    session.put<Service>(servicePath(session), {
      configuration: configuration.id,
      ...(label === null ? {} : { label }),
      ...(domain === null ? {} : { domain }),
      ...(now.package === null ? {} : { package: now.package }),
      ...(username === null || now.state !== 'unknown' ? {} : { username }),
    }),
  )
  return { kind: 'service', service, configuration }
}

/**
 * Asks the BFF for what a job wants.
 *
 * @throws ProvisionProblem
 */
export async function send(session: Session, job: Job): Promise<Answer> {
  const patch = async (configuration: Configuration, body: object): Promise<Answer> => ({
    kind: 'configuration',
    configuration: await withFreshToken(() =>
      session.patch<Configuration>(configurationPath(configuration.id), body),
    ),
  })
  switch (job.kind) {
    case 'add':
      return {
        kind: 'configuration',
        configuration: await withFreshToken(() =>
          session.post<Configuration>('/v1/configurations', createBody(job.input)),
        ),
      }
    case 'edit': {
      const body = patchBody(job)
      return Object.keys(body).length === 0
        ? { kind: 'configuration', configuration: job.configuration }
        : patch(job.configuration, body)
    }
    case 'disable':
    case 'enable':
      return patch(job.configuration, { disabled: job.kind === 'disable' })
    case 'trust':
      return patch(job.configuration, { pin: { fingerprint: job.certificate.fingerprint } })
    case 'distrust':
      return patch(job.configuration, { pin: null })
    case 'remove':
      await withFreshToken(() => session.delete(configurationPath(job.configuration.id)))
      return { kind: 'removed', configuration: job.configuration }
    case 'choose':
      return choose(session, job.configuration)
  }
}

/** Has a configuration's connection tested; this takes as long as its server does. */
export function test(session: Session, id: string): Promise<Configuration> {
  return withFreshToken(() => session.post<Configuration>(`${configurationPath(id)}/test`, {}))
}
