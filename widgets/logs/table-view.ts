import { html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { repeat } from 'lit/directives/repeat.js'
import type { LogEntry } from '../../bff/contract/resources.ts'
import type { Localize } from '../locales/localize.ts'
import { logsWords } from '../locales/logs-words.ts'
import { copyButton } from '../parts/copy-button.ts'
import { detailOf, entryText, tookWords, whoWords } from './entry-words.ts'
import { CHUNK, type Chunk } from './logs.machine.ts'

const COLUMNS = ['log_at', 'log_level', 'log_what', 'log_who', 'log_took'] as const

/**
 * The entries as a table of chunks that the browser leaves out while they are out of sight. They are grid rows with the
 * roles of a table, since the body of a real one is never left out.
 *
 * @param open is told which entry's details are wanted
 */
export function tableView(
  localize: Localize,
  chunks: readonly Chunk[],
  open: (chunk: string, entry: string) => void,
): TemplateResult {
  return html`<div role="table" part="table" class="table" aria-label=${localize.say(logsWords, 'logs_heading')}>
    <div role="rowgroup" class="columns">
      <div role="row" class="entry">
        ${COLUMNS.map((column) => html`<div role="columnheader">${localize.say(logsWords, column)}</div>`)}
      </div>
    </div>
    ${repeat(
      chunks,
      ({ key }) => key,
      (chunk) =>
        guard(
          [chunk, localize.lang, localize.locale, localize.say(logsWords, 'log_details')],
          () => html`<div
            role="rowgroup"
            class=${chunk.entries.length < CHUNK ? 'chunk' : 'chunk full'}
          >
            ${repeat(
              chunk.entries,
              ({ id }) => id,
              (entry) =>
                row(localize, entry, chunk.opened.has(entry.id), () => open(chunk.key, entry.id)),
            )}
          </div>`,
        ),
    )}
  </div>`
}

function row(
  localize: Localize,
  entry: LogEntry,
  isOpened: boolean,
  open: () => void,
): TemplateResult {
  const { at, level, action_label, message, reason, actor, detail, operation } = entry
  return html`<div role="row" part="entry" class="entry" data-level=${level}>
    <div role="cell"><time datetime=${at}>${localize.date(at)}</time></div>
    <div role="cell"><span part="level" class="level">${localize.say(logsWords, `level_${level}`)}</span></div>
    <div role="cell" class="what">
      <strong>${action_label}</strong>
      <p>${message.text}</p>
      ${
        reason === undefined
          ? nothing
          : html`<p>${localize.say(logsWords, 'log_reason')}: <bdi>${reason}</bdi></p>`
      }
      ${
        (detail === undefined || detail.length === 0) && operation === undefined
          ? nothing
          : html`<details part="detail" @toggle=${open}>
              <summary>${localize.say(logsWords, 'log_details')}</summary>
              ${isOpened ? details(localize, entry) : nothing}
            </details>`
      }
    </div>
    <div role="cell"><bdi>${whoWords(localize, actor)}</bdi></div>
    <div role="cell">${tookWords(localize, entry)}</div>
  </div>`
}

function details(localize: Localize, entry: LogEntry): TemplateResult {
  return html`<dl>
      ${detailOf(localize, entry).map(
        ({ label, value }) => html`<div>
          <dt>${label}</dt>
          <dd><bdi>${value}</bdi></dd>
        </div>`,
      )}
    </dl>
    <div class="row">
      ${copyButton(localize, localize.say(logsWords, 'log_details'), entryText(localize, entry))}
    </div>`
}
