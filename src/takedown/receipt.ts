import { UsageError } from '../core/index.js';
import { isOfMinor, type TakedownCase } from './case.js';
import type { Language } from './types.js';

interface Words {
  readonly title: (id: string) => string;
  readonly received: (time: string) => string;
  readonly done: (time: string, removed: number, blocked: number, others: number) => string;
  readonly open: (due: string) => string;
  readonly withdrawn: (time: string) => string;
  readonly stays: string;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    title: (id) => `Receipt for request ${id}`,
    received: (time) => `We received your request on ${time}.`,
    done: (time, removed, blocked, others) =>
      `On ${time} we had finished: ${removed} file(s) removed, ${blocked} blocked for everybody. ${others} file(s) that looked alike turned out to be something else and stayed.`,
    open: (due) => `We are still at work on it. The law gives us until ${due}.`,
    withdrawn: (time) =>
      `The request was withdrawn or found to be wrong on ${time}. Nothing is looked for any more.`,
    stays:
      'We keep a fingerprint of the picture, never the picture. Whoever uploads it again, or a changed copy, is found.',
  },
  de: {
    title: (id) => `Bestätigung zur Meldung ${id}`,
    received: (time) => `Ihre Meldung ist am ${time} eingegangen.`,
    done: (time, removed, blocked, others) =>
      `Am ${time} waren wir fertig: ${removed} Datei(en) entfernt, ${blocked} für alle gesperrt. ${others} ähnliche Datei(en) zeigten etwas anderes und blieben.`,
    open: (due) => `Wir arbeiten noch daran. Das Gesetz gibt uns Zeit bis ${due}.`,
    withdrawn: (time) =>
      `Die Meldung wurde am ${time} zurückgezogen oder war falsch. Es wird nicht mehr gesucht.`,
    stays:
      'Wir behalten einen Fingerabdruck des Bildes, nie das Bild. Wer es oder eine veränderte Kopie wieder hochlädt, fällt auf.',
  },
  fr: {
    title: (id) => `Accusé de la demande ${id}`,
    received: (time) => `Nous avons reçu votre demande le ${time}.`,
    done: (time, removed, blocked, others) =>
      `Le ${time} nous avions terminé : ${removed} fichier(s) supprimé(s), ${blocked} bloqué(s) pour tous. ${others} fichier(s) ressemblant(s) montraient autre chose et sont restés.`,
    open: (due) => `Nous y travaillons encore. La loi nous laisse jusqu'au ${due}.`,
    withdrawn: (time) => `La demande a été retirée ou jugée erronée le ${time}. Rien n'est plus recherché.`,
    stays:
      "Nous gardons une empreinte de l'image, jamais l'image. Toute nouvelle mise en ligne, même modifiée, est repérée.",
  },
  es: {
    title: (id) => `Recibo de la solicitud ${id}`,
    received: (time) => `Recibimos su solicitud el ${time}.`,
    done: (time, removed, blocked, others) =>
      `El ${time} habíamos terminado: ${removed} archivo(s) eliminado(s), ${blocked} bloqueado(s) para todos. ${others} archivo(s) parecido(s) mostraban otra cosa y se quedaron.`,
    open: (due) => `Seguimos trabajando en ello. La ley nos da hasta el ${due}.`,
    withdrawn: (time) => `La solicitud fue retirada o resultó errónea el ${time}. Ya no se busca nada.`,
    stays:
      'Guardamos una huella de la imagen, nunca la imagen. Quien la suba otra vez, también modificada, será detectado.',
  },
  pt: {
    title: (id) => `Recibo do pedido ${id}`,
    received: (time) => `Recebemos o seu pedido em ${time}.`,
    done: (time, removed, blocked, others) =>
      `Em ${time} tínhamos terminado: ${removed} ficheiro(s) removido(s), ${blocked} bloqueado(s) para todos. ${others} ficheiro(s) parecido(s) mostravam outra coisa e ficaram.`,
    open: (due) => `Ainda estamos a tratar dele. A lei dá-nos até ${due}.`,
    withdrawn: (time) => `O pedido foi retirado ou estava errado em ${time}. Já nada é procurado.`,
    stays:
      'Guardamos uma impressão digital da imagem, nunca a imagem. Quem a publicar de novo, mesmo alterada, é detetado.',
  },
};

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/**
 * The receipt for the requester: counts and times, no hash, no address and no name. Raises UsageError for a case of a
 * minor, because only the authorities may hear of it.
 */
export function receiptText(one: TakedownCase, language: Language): string {
  if (isOfMinor(one))
    throw new UsageError(
      `case ${one.id} concerns a minor: no receipt is written, because it could disclose a report. docs/found-something.md says who may be told what`,
    );
  const say = words[language];
  const marked = (as: string) => one.copies.filter(({ mark }) => mark?.as === as).length;
  const what =
    one.state === 'open'
      ? [say.open(utc(one.due)), say.stays]
      : one.state === 'withdrawn'
        ? [say.withdrawn(utc(one.ended!.at))]
        : [
            say.done(utc(one.ended!.at), marked('removed'), marked('blocked'), marked('not-a-copy')),
            say.stays,
          ];
  return `${[say.title(one.id), '', say.received(utc(Date.parse(one.received))), ...what].join('\n')}\n`;
}
