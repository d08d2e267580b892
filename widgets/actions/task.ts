import type { Action, Confirmation } from '../../bff/contract/action.ts'
import type { Input, InputProperty, InputSchema } from '../../bff/contract/dialect.ts'
import type { Operation } from '../../bff/contract/operation.ts'

/** What a person does with an action: send it anew, or go on with an operation of it. */
export interface Task {
  readonly action: Action
  readonly purpose:
    | { readonly kind: 'submit' }
    | { readonly kind: 'retry' | 'resolve' | 'cancel'; readonly operation: Operation }
}

/** Whether nothing can happen to an operation any more. */
export function isFinished({ state }: Operation): boolean {
  switch (state) {
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'resolved':
      return true
    default:
      return false
  }
}

function isSecret(property: InputProperty | undefined): boolean {
  const hints = property?.['x-provision']
  return hints?.secret === true || hints?.widget === 'password'
}

/**
 * The form of a task. A retry without a preview keeps the old input, so it asks for the secrets only, which nobody
 * kept; with one the whole input is previewed, so it asks for all.
 */
export function formOf({ action, purpose }: Task): InputSchema {
  const { input, confirmation } = action
  if (purpose.kind === 'cancel') return { ...input, properties: {}, required: [] }
  if (purpose.kind !== 'retry' || confirmation.preview) return input
  return {
    ...input,
    properties: Object.fromEntries(
      Object.entries(input.properties)
        .filter(([, property]) => isSecret(property))
        .map(([name, { 'x-provision': hints = {}, ...property }]) => {
          const { show_if: _shown, ...kept } = hints
          return [name, { ...property, 'x-provision': kept }]
        }),
    ),
    required: input.required.filter((name) => isSecret(input.properties[name])),
  }
}

/** What may be told to the page, or kept: the input without its secrets. */
export function withoutSecrets({ properties }: InputSchema, input: Input): Input {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !isSecret(properties[name])))
}

export interface Secret {
  readonly label: string
  readonly value: string
}

/** Secrets of an input, by the words of their fields. */
export function secretsOf({ properties }: InputSchema, input: Input): Secret[] {
  return Object.entries(input).flatMap(([name, value]) => {
    const property = properties[name]
    return property !== undefined && isSecret(property) && typeof value === 'string'
      ? [{ label: property.title, value }]
      : []
  })
}

/** Where a task is sent, and what. */
export function requestOf(
  service: string,
  { action, purpose }: Task,
  input: Input,
  confirmation: Confirmation | undefined,
): { readonly path: string; readonly body: unknown } {
  const body = { input, ...(confirmation === undefined ? {} : { confirmation }) }
  switch (purpose.kind) {
    case 'submit':
      return { path: `${actionPath(service, action)}`, body }
    case 'retry':
      return { path: `/v1/operations/${purpose.operation.id}/retry`, body }
    case 'resolve':
      return { path: `/v1/operations/${purpose.operation.id}/resolve`, body: input }
    case 'cancel':
      return { path: `/v1/operations/${purpose.operation.id}/cancel`, body: {} }
  }
}

/** Where a service's action is; its preview is below. */
export function actionPath(service: string, { name }: Action): string {
  return `/v1/services/${encodeURIComponent(service)}/actions/${encodeURIComponent(name)}`
}
