import type { Action } from '../../bff/contract/action.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'

/** The steps after an operation, as an action with a form of its own, so that they take the same way. */
export function resolveAction(
  localize: Localize,
  { action, label }: Operation,
  kind: 'retry' | 'resolve' | 'cancel',
): Action {
  return {
    name: action,
    label: kind === 'resolve' ? localize.say(doingWords, 'resolve_name', { name: label }) : label,
    group: '',
    group_label: '',
    order: 0,
    highlight: false,
    danger: 'none',
    kind: 'change',
    state: 'available',
    reasons: [],
    input: {
      type: 'object',
      properties:
        kind === 'resolve'
          ? {
              verdict: {
                type: 'string',
                title: localize.say(doingWords, 'verdict'),
                enum: ['done', 'abandoned'],
                'x-provision': {
                  widget: 'radio',
                  labels: [
                    localize.say(doingWords, 'verdict_done'),
                    localize.say(doingWords, 'verdict_abandoned'),
                  ],
                },
              },
              why: {
                type: 'string',
                title: localize.say(doingWords, 'verdict_why'),
                minLength: 1,
                maxLength: 500,
                'x-provision': {
                  widget: 'textarea',
                  help: localize.say(doingWords, 'verdict_why_help'),
                },
              },
            }
          : {},
      required: kind === 'resolve' ? ['verdict', 'why'] : [],
      additionalProperties: false,
    },
    confirmation: { preview: false, domain: false, accounts: false },
    result: { open: false, changed: [] },
  }
}
