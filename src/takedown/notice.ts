import type { Language } from './types.js';

/** Paragraphs of the notice; `@` stands for the contact. */
const notices: Readonly<Record<Language, readonly string[]>> = {
  en: [
    '# An intimate picture of you is here, and you did not agree to it?',
    'Tell us, and we take it down within 48 hours, with every copy of it that we know. That goes for photographs and videos, real or made by a computer. It costs nothing, and you need no account and no lawyer.',
    'Write to @ and say:',
    '1. Which picture it is and where: its address, or a description with which we can find it.\n2. "I believe in good faith that this picture shows me (or the person for whom I act) and was published without consent."\n3. How we can reach you.\n4. Your signature: your typed name will do. If you act for somebody, say for whom.',
    'What we do: we remove it, we look for copies, we keep a fingerprint (never the picture) so that it stays down, and we tell you when that is done. Your data serve this request alone; the uploader does not learn who you are.',
    'Are you under 18, or is the person shown? Tell us: we report it to the authorities at once. Please send us no picture.',
    'Is your picture or post gone although nothing was wrong with it? Write to @ too: a person looks at it again.',
  ],
  de: [
    '# Ein intimes Bild von Ihnen ist hier, und Sie haben nicht zugestimmt?',
    'Sagen Sie es uns: Wir entfernen es binnen 48 Stunden, mit jeder Kopie, die wir kennen. Das gilt für Fotos und Videos, echte und am Computer gemachte. Es kostet nichts, Sie brauchen weder Konto noch Anwalt.',
    'Schreiben Sie an @ und nennen Sie:',
    '1. Welches Bild es ist und wo: die Adresse oder eine Beschreibung, mit der wir es finden.\n2. „Ich bin in gutem Glauben, dass dieses Bild mich zeigt (oder die Person, für die ich handle) und ohne Einwilligung veröffentlicht wurde.“\n3. Wie wir Sie erreichen.\n4. Ihre Unterschrift: der getippte Name genügt. Wenn Sie für jemanden handeln: für wen.',
    'Was wir tun: Wir entfernen es, suchen Kopien, behalten einen Fingerabdruck (nie das Bild), damit es unten bleibt, und sagen Ihnen, wenn das getan ist. Ihre Daten dienen nur dieser Meldung; wer es hochgeladen hat, erfährt nicht, wer Sie sind.',
    'Sind Sie unter 18 oder ist es die gezeigte Person? Sagen Sie es uns: Wir melden es sofort den Behörden. Bitte senden Sie uns kein Bild.',
    'Ist Ihr Bild oder Beitrag weg, obwohl nichts daran falsch war? Schreiben Sie ebenfalls an @: Ein Mensch sieht es noch einmal an.',
  ],
  fr: [
    '# Une image intime de vous est ici sans votre accord ?',
    "Dites-le-nous : nous la retirons dans les 48 heures, avec chaque copie que nous connaissons. Cela vaut pour les photos et les vidéos, réelles ou fabriquées par ordinateur. C'est gratuit, sans compte ni avocat.",
    'Écrivez à @ et indiquez :',
    "1. Quelle image et où : son adresse, ou une description qui permet de la trouver.\n2. « Je crois de bonne foi que cette image me montre (ou montre la personne pour qui j'agis) et a été publiée sans consentement. »\n3. Comment vous joindre.\n4. Votre signature : votre nom tapé suffit. Si vous agissez pour quelqu'un : pour qui.",
    "Ce que nous faisons : nous la retirons, cherchons les copies, gardons une empreinte (jamais l'image) pour qu'elle ne revienne pas, et vous prévenons quand c'est fait. Vos données ne servent qu'à cette demande ; l'auteur de la publication n'apprend pas qui vous êtes.",
    "Vous avez moins de 18 ans, ou la personne montrée ? Dites-le-nous : nous le signalons aussitôt aux autorités. Ne nous envoyez pas d'image.",
    "Votre image ou message a disparu à tort ? Écrivez aussi à @ : une personne l'examine à nouveau.",
  ],
  es: [
    '# ¿Hay aquí una imagen íntima suya sin su consentimiento?',
    'Díganoslo: la retiramos en 48 horas, con toda copia que conozcamos. Vale para fotos y vídeos, reales o hechos por ordenador. Es gratis; no necesita cuenta ni abogado.',
    'Escriba a @ e indique:',
    '1. Qué imagen es y dónde está: su dirección, o una descripción con la que podamos encontrarla.\n2. «Creo de buena fe que esta imagen me muestra (o muestra a la persona por la que actúo) y se publicó sin consentimiento.»\n3. Cómo podemos contactarle.\n4. Su firma: basta su nombre escrito. Si actúa por otra persona: por quién.',
    'Qué hacemos: la retiramos, buscamos copias, guardamos una huella (nunca la imagen) para que no vuelva y le avisamos cuando esté hecho. Sus datos solo sirven para esta solicitud; quien la subió no sabrá quién es usted.',
    '¿Es usted menor de 18 años, o lo es la persona mostrada? Díganoslo: lo comunicamos enseguida a las autoridades. No nos envíe ninguna imagen.',
    '¿Ha desaparecido su imagen o mensaje sin motivo? Escriba también a @: una persona lo revisa de nuevo.',
  ],
  pt: [
    '# Há aqui uma imagem íntima sua sem o seu consentimento?',
    'Diga-nos: retiramo-la em 48 horas, com todas as cópias que conhecemos. Vale para fotos e vídeos, reais ou feitos por computador. É grátis; não precisa de conta nem de advogado.',
    'Escreva para @ e indique:',
    '1. Que imagem é e onde está: o endereço, ou uma descrição com que a possamos encontrar.\n2. «Acredito de boa-fé que esta imagem me mostra (ou mostra a pessoa por quem ajo) e foi publicada sem consentimento.»\n3. Como o podemos contactar.\n4. A sua assinatura: basta o nome escrito. Se age por outra pessoa: por quem.',
    'O que fazemos: retiramo-la, procuramos cópias, guardamos uma impressão digital (nunca a imagem) para que não volte, e avisamos quando estiver feito. Os seus dados servem só este pedido; quem a publicou não fica a saber quem é.',
    'Tem menos de 18 anos, ou tem a pessoa mostrada? Diga-nos: comunicamo-lo logo às autoridades. Não nos envie nenhuma imagem.',
    'A sua imagem ou mensagem desapareceu sem razão? Escreva também para @: uma pessoa volta a ver.',
  ],
};

/**
 * The notice that the law asks for, as Markdown: the operator puts it on a page of the site.
 * @param contact address at which people can make a request
 */
export const noticeText = (language: Language, contact = '[address]'): string =>
  `${notices[language].map((part) => part.replaceAll('@', () => contact)).join('\n\n')}\n`;
