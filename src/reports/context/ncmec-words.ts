/** Words of NCMEC's schema that an operator may write into a context file. */

/** `eventName` of an IP capture event: what someone did from the address. */
export const eventNames = ['Login', 'Registration', 'Purchase', 'Upload', 'Other', 'Unknown'] as const;

/** Elements of `fileAnnotations`, which describe what a picture shows. */
export const fileAnnotations = [
  'animeDrawingVirtualHentai',
  'potentialMeme',
  'viral',
  'possibleSelfProduction',
  'physicalHarm',
  'violenceGore',
  'bestiality',
  'liveStreaming',
  'infant',
  'generativeAi',
] as const;
