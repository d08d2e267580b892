import { html, type TemplateResult } from 'lit'
import type { Localize } from '../locales/localize.ts'
import { logsWords } from '../locales/logs-words.ts'
import { type Filter, levelFrom } from './logs.machine.ts'

const LEVELS = ['error', 'warning', 'info'] as const
const ROLES = ['client', 'staff', 'system'] as const

/**
 * What is looked for: lists act when something is chosen, the text when it is sent or emptied.
 *
 * @param actions label by name of the actions that have been seen
 */
export function filterView(
  localize: Localize,
  filter: Filter,
  actions: ReadonlyMap<string, string>,
  choose: (filter: Filter) => void,
): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const text = new FormData(event.currentTarget).get('text')
    choose({ ...filter, text: typeof text === 'string' ? text : '' })
  }
  const emptied = (event: Event) => {
    const field = event.currentTarget
    if (field instanceof HTMLInputElement && field.value === '' && filter.text !== '')
      choose({ ...filter, text: '' })
  }
  return html`<form class="row tools" part="filter" role="search" method="dialog" @submit=${submit}>
    ${list(
      localize,
      'log_level',
      filter.level,
      LEVELS.map((level) => [level, localize.say(logsWords, `level_${level}`)]),
      (level) => choose({ ...filter, level: levelFrom(level) }),
    )}
    ${list(localize, 'log_action', filter.action, [...actions], (action) =>
      choose({ ...filter, action }),
    )}
    ${list(
      localize,
      'log_who',
      filter.actor,
      ROLES.map((role) => [role, localize.say(logsWords, `actor_${role}`)]),
      (chosen) => choose({ ...filter, actor: ROLES.find((role) => role === chosen) ?? '' }),
    )}
    <input
      type="search"
      name="text"
      dir="auto"
      maxlength="200"
      aria-label=${localize.say(logsWords, 'search')}
      .value=${filter.text}
      @input=${emptied}
    />
    <button>${localize.say(logsWords, 'search')}</button>
  </form>`
}

function list(
  localize: Localize,
  name: 'log_level' | 'log_action' | 'log_who',
  chosen: string,
  options: readonly (readonly [value: string, label: string])[],
  choose: (value: string) => void,
): TemplateResult {
  const change = (event: Event) => {
    if (event.currentTarget instanceof HTMLSelectElement) choose(event.currentTarget.value)
  }
  return html`<label>
    ${localize.say(logsWords, name)}
    <select @change=${change}>
      <option value="" ?selected=${chosen === ''}>${localize.say(logsWords, 'all')}</option>
      ${options.map(
        ([value, label]) =>
          html`<option value=${value} ?selected=${value === chosen}>${label}</option>`,
      )}
    </select>
  </label>`
}
