/** Amazon Polly's voices by language, as far as a synthesiser with one voice a language can tell them apart. */
export type Gender = 'female' | 'male';

const FEMALE: Readonly<Record<string, string>> = {
  arb: 'Zeina',
  'ar-AE': 'Hala',
  'ca-ES': 'Arlet',
  'cmn-CN': 'Zhiyu',
  'cs-CZ': 'Jitka',
  'cy-GB': 'Gwyneth',
  'da-DK': 'Naja Sofie',
  'de-AT': 'Hannah',
  'de-CH': 'Sabrina',
  'de-DE': 'Marlene Vicki',
  'en-AU': 'Nicole Olivia',
  'en-GB': 'Amy Emma',
  'en-IE': 'Niamh',
  'en-IN': 'Aditi Raveena Kajal',
  'en-NZ': 'Aria',
  'en-SG': 'Jasmine',
  'en-US': 'Danielle Ivy Joanna Kendra Kimberly Ruth Salli Tiffany',
  'en-ZA': 'Ayanda',
  'es-ES': 'Conchita Lucia',
  'es-MX': 'Mia',
  'es-US': 'Lupe Penelope',
  'fi-FI': 'Suvi',
  'fr-BE': 'Isabelle',
  'fr-CA': 'Chantal Gabrielle',
  'fr-FR': 'Celine Lea',
  'is-IS': 'Dora',
  'it-IT': 'Carla Bianca',
  'ja-JP': 'Mizuki Kazuha Tomoko',
  'ko-KR': 'Seoyeon Jihye',
  'nb-NO': 'Liv Ida',
  'nl-BE': 'Lisa',
  'nl-NL': 'Lotte Laura',
  'pl-PL': 'Ewa Maja Ola',
  'pt-BR': 'Camila Vitoria',
  'pt-PT': 'Ines',
  'ro-RO': 'Carmen',
  'ru-RU': 'Tatyana',
  'sv-SE': 'Astrid Elin',
  'tr-TR': 'Filiz Burcu',
  'yue-CN': 'Hiujin',
};
const MALE: Readonly<Record<string, string>> = {
  'ar-AE': 'Zayd',
  'da-DK': 'Mads',
  'de-DE': 'Hans Daniel',
  'en-AU': 'Russell',
  'en-GB': 'Brian Arthur',
  'en-GB-WLS': 'Geraint',
  'en-US': 'Gregory Joey Justin Kevin Matthew Patrick Stephen',
  'es-ES': 'Enrique Sergio Raul',
  'es-MX': 'Andres',
  'es-US': 'Miguel Pedro',
  'fr-CA': 'Liam',
  'fr-FR': 'Mathieu Remi',
  'is-IS': 'Karl',
  'it-IT': 'Giorgio Adriano',
  'ja-JP': 'Takumi',
  'nl-NL': 'Ruben',
  'pl-PL': 'Jacek Jan',
  'pt-BR': 'Ricardo Thiago',
  'pt-PT': 'Cristiano',
  'ru-RU': 'Maxim',
};

const voices = new Map<string, { readonly language: string; readonly gender: Gender }>();
for (const [gender, table] of [['female', FEMALE] as const, ['male', MALE] as const]) {
  for (const [language, names] of Object.entries(table)) {
    for (const name of names.split(' ')) voices.set(name, { language, gender });
  }
}

/** Undefined for a name that is no voice. */
export function pollyVoice(id: string): { readonly language: string; readonly gender: Gender } | undefined {
  return voices.get(id);
}

/** The first voice of a language, of one that is spoken elsewhere if need be. */
export function pollyVoiceFor(language: string): string | undefined {
  const wanted = language.toLowerCase();
  const [base = ''] = wanted.split('-');
  const find = (fits: (each: string) => boolean): string | undefined =>
    [...voices].find(([, voice]) => fits(voice.language.toLowerCase()))?.[0];
  return find((each) => each === wanted) ?? find((each) => each === base || each.startsWith(`${base}-`));
}
