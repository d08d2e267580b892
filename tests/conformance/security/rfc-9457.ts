import type { Table } from './table.ts'

const EVERY = 'bff/http/problems.test.ts › every refusal'

/** RFC 9457, problem details for HTTP APIs. */
export const RFC_9457: Table = {
  name: 'RFC 9457',
  url: 'https://www.rfc-editor.org/rfc/rfc9457',
  about: 'Problem details: the form of every answer of 400 and above.',
  listed: [
    '3 media type',
    '3 language',
    '3.1.1 type',
    '3.1.1 resolvable',
    '3.1.1 absolute',
    '3.1.2 status',
    '3.1.3 title',
    '3.1.4 detail',
    '3.1.5 instance',
    '3.2 extensions',
    '3.2 unknown extensions',
    '4 documented',
    '4.2.1 about:blank',
    '5 disclosure',
  ],
  rows: [
    {
      id: '3 media type',
      says: 'Problems are served as application/problem+json.',
      met: 'yes',
      where: [`${EVERY} › is application/problem+json and nothing else`],
      note: 'What cannot be read as HTTP at all is answered by Node itself, without a body.',
    },
    {
      id: '3 language',
      says: 'Human-readable members may be in the language the reader asks for.',
      met: 'yes',
      where: [
        'bff/http/problems.test.ts › the title of a problem › is in the language of the reader',
      ],
    },
    {
      id: '3.1.1 type',
      says: 'type is a URI reference that identifies the kind of problem; readers go by it.',
      met: 'yes',
      where: [
        'bff/http/problems.test.ts › the type of a problem › leads to the page of problems, at the place of its code',
      ],
    },
    {
      id: '3.1.1 resolvable',
      says: 'Where a type can be dereferenced it should lead to documentation people can read.',
      met: 'yes',
      where: [
        'bff/http/problems.test.ts › the type of a problem › is found on that page',
        'bff/http/errors.test.ts › the page of all codes › is HTML for a browser',
      ],
    },
    {
      id: '3.1.1 absolute',
      says: 'Absolute URIs are recommended; a relative one should hold its full path.',
      met: 'yes',
      where: [
        'bff/http/problems.test.ts › the type of a problem › leads there from wherever it was met: its path is absolute',
      ],
      note: 'A path from the root: a BFF keeps its types when its name changes, and no white-label host reads another’s.',
    },
    {
      id: '3.1.2 status',
      says: 'status, where it is there, is the status of the answer.',
      met: 'yes',
      where: [`${EVERY} › repeats the status it was sent with`],
    },
    {
      id: '3.1.3 title',
      says: 'title is short, and the same for every occurrence but for its language.',
      met: 'yes',
      where: ['bff/http/problems.test.ts › the title of a problem'],
    },
    {
      id: '3.1.4 detail',
      says: 'detail speaks of this occurrence and helps to correct it; programs have extension members instead.',
      met: 'yes',
      where: ['bff/http/problems.test.ts › the detail of a problem'],
    },
    {
      id: '3.1.5 instance',
      says: 'instance may identify this occurrence.',
      met: 'not applicable',
      why: 'Optional. request_id identifies the occurrence, in the body, in a header and in our log; no page is kept of each.',
      where: [`${EVERY} › has a request id to ask about`],
    },
    {
      id: '3.2 extensions',
      says: 'Extension members have names of three characters or more, of letters, digits and underscores, a letter first.',
      met: 'yes',
      where: [`${EVERY} › names its extension members so that every format can hold them`],
    },
    {
      id: '3.2 unknown extensions',
      says: 'Whoever reads a problem ignores extension members it does not know.',
      met: 'yes',
      where: [
        'widgets-node/problem.test.ts › a problem as the elements read it › may hold what they do not know',
      ],
    },
    {
      id: '4 documented',
      says: 'A new type of problem says its URI, its title and its status.',
      met: 'yes',
      where: [
        'bff/http/errors.test.ts › the page of all codes › leads to the page of every code',
        `${EVERY} › has the status its code is published with`,
        'bff/texts/catalogues.test.ts › what the contract can name › has words for every …',
      ],
    },
    {
      id: '4.2.1 about:blank',
      says: 'A problem without a type of its own is about:blank, with the words of its status.',
      met: 'not applicable',
      why: 'Every problem here has a type of its own; the list of codes is closed.',
      where: [`${EVERY} › has the status its code is published with`],
    },
    {
      id: '5 disclosure',
      says: 'Problems do not tell of the insides of a server, such as stacks.',
      met: 'yes',
      where: [`${EVERY} › says nothing of our insides`],
    },
  ],
}
