import type { Input } from '../../bff/contract/dialect.ts'
import type { Certificate, Configuration } from '../../bff/contract/resources.ts'
import type { ElementState } from '../parts/events.ts'
import { ProvisionProblem } from '../session/problem.ts'
import { faultsAtFields } from './configuration-form.ts'

/** A job that a form is filled in for. */
export type FormJob =
  | { readonly kind: 'add'; readonly input: Input }
  | { readonly kind: 'edit'; readonly configuration: Configuration; readonly input: Input }

/** Something a person wants changed. */
export type Job =
  | FormJob
  | {
      readonly kind: 'disable' | 'enable' | 'remove' | 'distrust' | 'choose'
      readonly configuration: Configuration
    }
  | {
      readonly kind: 'trust'
      readonly configuration: Configuration
      /** The one that was shown; no other is pinned. */
      readonly certificate: Certificate
    }

export type JobKind = Job['kind']

/** Where a person is on the way through one job. */
export type Step =
  | { readonly at: 'viewing' }
  | { readonly at: 'form'; readonly job: FormJob; readonly problem?: ProvisionProblem }
  | { readonly at: 'asking'; readonly job: Exclude<Job, FormJob> }
  /** `quiet`: without a dialog. */
  | { readonly at: 'sending'; readonly job: Job; readonly quiet: boolean }
  | { readonly at: 'refused'; readonly problem: ProvisionProblem }

/** A connection test that runs, or that could not be made. What a made one found is the BFF's to tell. */
export type Testing =
  | { readonly at: 'running' }
  | { readonly at: 'failed'; readonly problem: ProvisionProblem }

/** A person's step, what was done last, and beside them the tests, by configuration. */
export interface Flow {
  readonly step: Step
  readonly done: { readonly kind: JobKind; readonly name: string } | undefined
  readonly tests: Readonly<Record<string, Testing>>
}

export type FlowEvent =
  | { readonly type: 'chose'; readonly job: Job }
  | { readonly type: 'filled'; readonly input: Input }
  | { readonly type: 'confirmed' }
  /** @param name what the thing is called now */
  | { readonly type: 'answered'; readonly name: string }
  | { readonly type: 'refused'; readonly problem: ProvisionProblem }
  | { readonly type: 'cancelled' }
  /** The page goes: nothing that was typed stays. What was sent runs on. */
  | { readonly type: 'left' }
  | { readonly type: 'test_began'; readonly id: string }
  | { readonly type: 'test_ended'; readonly id: string; readonly problem?: ProvisionProblem }

const VIEWING: Step = { at: 'viewing' }

/** Where a flow begins. */
export const start: Flow = { step: VIEWING, done: undefined, tests: {} }

function chosen(job: Job): Step {
  switch (job.kind) {
    case 'add':
    case 'edit':
      return { at: 'form', job }
    case 'disable':
    case 'remove':
    case 'trust':
    case 'distrust':
      return { at: 'asking', job }
    case 'enable':
    case 'choose':
      return { at: 'sending', job, quiet: true }
  }
}

/** A form's job as it is filled in again: without the token, which is not kept once it was sent. */
function again(job: FormJob, problem: ProvisionProblem): FormJob {
  const { token, ...input } = job.input
  if (job.kind === 'add') return { kind: 'add', input }
  const asksToken =
    token !== undefined || problem.errors.some(({ pointer }) => pointer === '/token')
  return { ...job, input: { ...input, replace_token: asksToken } }
}

function atFields(problem: ProvisionProblem): ProvisionProblem {
  return new ProvisionProblem(problem.code, { ...problem, errors: faultsAtFields(problem.errors) })
}

function refusedFrom(job: Job, problem: ProvisionProblem): Step {
  const hasForm = job.kind === 'add' || job.kind === 'edit'
  return hasForm && problem.errors.length > 0
    ? { at: 'form', job: again(job, problem), problem: atFields(problem) }
    : { at: 'refused', problem }
}

function withoutTest(tests: Flow['tests'], id: string): Flow['tests'] {
  return Object.fromEntries(Object.entries(tests).filter(([other]) => other !== id))
}

/** The next step. An event that does not fit where the flow is changes nothing, so no answer counts twice. Pure. */
export function next(flow: Flow, event: FlowEvent): Flow {
  const { step, tests } = flow
  switch (event.type) {
    case 'chose':
      return step.at === 'viewing' ? { step: chosen(event.job), done: undefined, tests } : flow
    case 'filled':
      return step.at === 'form'
        ? {
            ...flow,
            step: { at: 'sending', job: { ...step.job, input: event.input }, quiet: false },
          }
        : flow
    case 'confirmed':
      return step.at === 'asking'
        ? { ...flow, step: { at: 'sending', job: step.job, quiet: false } }
        : flow
    case 'answered':
      return step.at === 'sending'
        ? { step: VIEWING, done: { kind: step.job.kind, name: event.name }, tests }
        : flow
    case 'refused':
      return step.at === 'sending' ? { ...flow, step: refusedFrom(step.job, event.problem) } : flow
    case 'cancelled':
      // What has been sent cannot be left: it runs on.
      return step.at === 'sending' || step.at === 'viewing' ? flow : { ...flow, step: VIEWING }
    case 'left':
      return step.at === 'viewing' ? flow : { ...flow, step: VIEWING }
    case 'test_began':
      return { ...flow, tests: { ...tests, [event.id]: { at: 'running' } } }
    case 'test_ended':
      return {
        ...flow,
        tests:
          event.problem === undefined
            ? withoutTest(tests, event.id)
            : { ...tests, [event.id]: { at: 'failed', problem: event.problem } },
      }
  }
}

/** What the element says it is doing, once there is something to show. Pure. */
export function elementState({ step, done, tests }: Flow, isEmpty: boolean): ElementState {
  switch (step.at) {
    case 'sending':
      return 'busy'
    case 'asking':
      return 'confirming'
    case 'refused':
      return 'failed'
    case 'form':
    case 'viewing':
      break
  }
  if (Object.values(tests).some(({ at }) => at === 'running')) return 'busy'
  if (done !== undefined && step.at === 'viewing') return 'succeeded'
  return isEmpty ? 'empty' : 'ready'
}
