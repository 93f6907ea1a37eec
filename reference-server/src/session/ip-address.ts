/** IP addresses as SDP has them; without the parser of the runtime, which is no pure module. */
const four = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const six = /^(?=.*:)[\da-f:]{2,39}(?:\d+(?:\.\d+){3})?$/i;

export const isIpAddress = (text: string): boolean => four.test(text) || six.test(text);
