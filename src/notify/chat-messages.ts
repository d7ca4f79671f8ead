import { type ChatTarget, chatPlaces, secretOf } from '../config/index.js';

/** What is sent to a service. */
export interface ChatRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The words of a notice: its first line, and the rest. */
export interface Words {
  readonly subject: string;
  readonly text: string;
}

const longest = { slack: 3000, discord: 1900, telegram: 4000, ntfy: 3900 } as const;

/**
 * The request that tells a service these words, in the shape and with the secret that the service wants. `id` is the
 * notice's: services that know ids drop what they have seen. Raises Error where a secret cannot be read.
 */
export function chatRequest(target: ChatTarget, { subject, text }: Words, id: string): ChatRequest {
  const { type } = target;
  const token = target.tokenFile === undefined ? undefined : secretOf(target.tokenFile);
  const base = (target.url ?? chatPlaces[type] ?? '').replace(/\/+$/, '');
  const most = longest[type as keyof typeof longest] ?? 12_000;
  const all = cut(`${subject}\n\n${text}`, most);
  const json = (url: string, content: object, headers: Readonly<Record<string, string>> = {}) =>
    ({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(content),
    }) as const;
  switch (type) {
    case 'slack': // plain_text: an address in it is no link and no mention
      return json(hookOf(target), {
        text: subject,
        blocks: [{ type: 'section', text: { type: 'plain_text', text: all, emoji: false } }],
      });
    case 'mattermost':
      return json(hookOf(target), { text: fenced(all) });
    case 'discord':
      return json(hookOf(target), { content: fenced(all), allowed_mentions: { parse: [] }, flags: 4 });
    case 'teams':
      return json(hookOf(target), teamsCard(subject, cut(text, most)));
    case 'matrix':
      return {
        ...json(
          `${base}/_matrix/client/v3/rooms/${encodeURIComponent(target.room!)}/send/m.room.message/${encodeURIComponent(id)}`,
          { msgtype: 'm.text', body: all },
          { authorization: `Bearer ${token}` },
        ),
        method: 'PUT',
      };
    case 'telegram':
      return json(`${base}/bot${token}/sendMessage`, {
        chat_id: target.chat,
        text: all,
        link_preview_options: { is_disabled: true },
      });
    case 'ntfy':
      return json(
        base,
        { topic: target.topic, title: subject, message: cut(text, most), priority: 5 },
        token === undefined ? {} : { authorization: `Bearer ${token}` },
      );
    case 'gotify':
      return json(
        `${base}/message`,
        { title: subject, message: cut(text, most), priority: 8 },
        { 'x-gotify-key': token! },
      );
    case 'pagerduty':
      return json(`${base}/v2/enqueue`, {
        routing_key: token,
        event_action: 'trigger',
        dedup_key: id,
        payload: {
          summary: cut(subject, 1000),
          source: 'hashsieve',
          severity: 'critical',
          custom_details: { text: cut(text, most) },
        },
      });
  }
}

const hookOf = ({ urlFile }: ChatTarget): string => secretOf(urlFile!);

/** As a block of code, in which names from outside mean nothing. */
const fenced = (text: string): string => `\`\`\`\n${text.replaceAll('```', "'''")}\n\`\`\``;

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 30)}\n… more in the ledger`;

const teamsCard = (subject: string, text: string) => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        body: [
          { type: 'TextBlock', text: subject, weight: 'Bolder', wrap: true },
          { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] },
        ],
      },
    },
  ],
});
