import java.io.BufferedReader;
import java.io.FileReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.*;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.*;
import javax.crypto.spec.*;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.*;

/**
 * What Bouncy Castle reads and writes, for the interoperability table: one start for many jobs. Each line that comes in is one job,
 * words parted by tabs: what to do, then key=value. `out` is where the result goes. Each is answered by one line: "ok" or the
 * message of what was thrown.
 */
public class Bouncy {
  static final String BC = "BC";

  public static void main(String[] arguments) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in));
    for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
      String[] words = line.split("\t");
      Map<String, String> job = new HashMap<>();
      for (int i = 1; i < words.length; i++) {
        int at = words[i].indexOf('=');
        job.put(words[i].substring(0, at), words[i].substring(at + 1));
      }
      String result = "ok";
      try {
        Files.write(Path.of(job.get("out")), run(words[0], job));
      } catch (Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) cause = cause.getCause();
        result = (cause.getClass().getSimpleName() + ": " + cause.getMessage()).replaceAll("\\s+", " ");
      }
      System.out.println(result);
    }
  }

  static byte[] run(String what, Map<String, String> job) throws Exception {
    switch (what) {
      case "verify": return verify(job);
      case "decrypt": return decrypt(job);
      case "sign": return sign(job);
      case "encrypt": return encrypt(job);
      case "compress":
        return new CMSCompressedDataGenerator().generate(text(job), new ZlibCompressor()).getEncoded();
      case "certificates": {
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addCertificates(new JcaCertStore(List.of(certificate(job.get("certificate")))));
        return generator.generate(new CMSAbsentContent()).getEncoded();
      }
      default: throw new IllegalArgumentException(what);
    }
  }

  static byte[] bytes(Map<String, String> job, String name) throws Exception {
    return Files.readAllBytes(Path.of(job.get(name)));
  }

  static CMSProcessableByteArray text(Map<String, String> job) throws Exception {
    return new CMSProcessableByteArray(bytes(job, "text"));
  }

  static X509Certificate certificate(String file) throws Exception {
    try (PEMParser parser = new PEMParser(new FileReader(file))) {
      return new JcaX509CertificateConverter().setProvider(BC).getCertificate((X509CertificateHolder) parser.readObject());
    }
  }

  static PrivateKey key(String file) throws Exception {
    try (PEMParser parser = new PEMParser(new FileReader(file))) {
      Object read = parser.readObject();
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter().setProvider(BC);
      return read instanceof PrivateKeyInfo info ? converter.getPrivateKey(info) : converter.getKeyPair((org.bouncycastle.openssl.PEMKeyPair) read).getPrivate();
    }
  }

  static byte[] verify(Map<String, String> job) throws Exception {
    CMSSignedData signed = job.containsKey("text") ? new CMSSignedData(text(job), bytes(job, "in")) : new CMSSignedData(bytes(job, "in"));
    if (job.containsKey("certificatesOnly")) {
      if (signed.getCertificates().getMatches(null).isEmpty()) throw new CMSException("no certificates");
      return new byte[0];
    }
    if (signed.getSignerInfos().size() == 0) throw new CMSException("no signer");
    for (SignerInformation signer : signed.getSignerInfos()) {
      @SuppressWarnings("unchecked") Collection<X509CertificateHolder> found = signed.getCertificates().getMatches(signer.getSID());
      if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider(BC).build(found.iterator().next()))) throw new CMSException("signature is wrong");
    }
    return (byte[]) signed.getSignedContent().getContent();
  }

  static byte[] decrypt(Map<String, String> job) throws Exception {
    PrivateKey key = key(job.get("key"));
    boolean authenticated = job.containsKey("authenticated");
    RecipientInformationStore all = authenticated ? new CMSAuthEnvelopedData(bytes(job, "in")).getRecipientInfos() : new CMSEnvelopedData(bytes(job, "in")).getRecipientInfos();
    RecipientInformation recipient = all.iterator().next();
    if (recipient instanceof KeyTransRecipientInformation)
      return recipient.getContent(authenticated ? new JceKeyTransAuthEnvelopedRecipient(key).setProvider(BC) : new JceKeyTransEnvelopedRecipient(key).setProvider(BC));
    return recipient.getContent(new JceKeyAgreeEnvelopedRecipient(key).setProvider(BC));
  }

  static byte[] sign(Map<String, String> job) throws Exception {
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    List<X509Certificate> certificates = new ArrayList<>();
    for (String who : job.get("signers").split(",")) {
      String[] parts = who.split(":");
      X509Certificate certificate = certificate(parts[1]);
      certificates.add(certificate);
      JcaSignerInfoGeneratorBuilder builder = new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().setProvider(BC).build());
      builder.setDirectSignature(job.containsKey("direct"));
      var signer = new JcaContentSignerBuilder(parts[0]).setProvider(BC).build(key(parts[2]));
      byte[] identifier = new JcaX509ExtensionUtils().createSubjectKeyIdentifier(certificate.getPublicKey()).getKeyIdentifier();
      generator.addSignerInfoGenerator(job.containsKey("identifier") ? builder.build(signer, identifier) : builder.build(signer, certificate));
    }
    generator.addCertificates(new JcaCertStore(certificates));
    return generator.generate(text(job), !job.containsKey("detached")).getEncoded(job.containsKey("ber") ? ASN1Encoding.BER : ASN1Encoding.DER);
  }

  static RecipientInfoGenerator recipient(Map<String, String> job) throws Exception {
    String kind = job.get("kind");
    String[] parts = kind.split(":");
    switch (parts[0]) {
      case "rsa": {
        X509Certificate certificate = certificate(job.get("certificates"));
        if (job.containsKey("identifier")) return new JceKeyTransRecipientInfoGenerator(new JcaX509ExtensionUtils().createSubjectKeyIdentifier(certificate.getPublicKey()).getKeyIdentifier(), certificate.getPublicKey()).setProvider(BC);
        return new JceKeyTransRecipientInfoGenerator(certificate).setProvider(BC);
      }
      case "oaep": {
        var specification = new OAEPParameterSpec(parts[1], "MGF1", new MGF1ParameterSpec(parts[2]), PSource.PSpecified.DEFAULT);
        var algorithm = new JcaAlgorithmParametersConverter().getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, specification);
        return new JceKeyTransRecipientInfoGenerator(certificate(job.get("certificates")), algorithm).setProvider(BC);
      }
      case "agree": {
        KeyPairGenerator pairs = KeyPairGenerator.getInstance(parts[2].equals("X25519") ? "X25519" : "EC", BC);
        if (!parts[2].equals("X25519")) pairs.initialize(new ECGenParameterSpec(parts[2]));
        KeyPair pair = pairs.generateKeyPair();
        var generator = new JceKeyAgreeRecipientInfoGenerator(new ASN1ObjectIdentifier(parts[1]), pair.getPrivate(), pair.getPublic(), CMSAlgorithm.AES256_WRAP).setProvider(BC);
        for (String file : job.get("certificates").split(",")) generator.addRecipient(certificate(file));
        if (job.containsKey("ukm")) generator.setUserKeyingMaterial(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        return generator;
      }
      case "kek":
        return new JceKEKRecipientInfoGenerator(HexFormat.of().parseHex(parts[1]), new SecretKeySpec(HexFormat.of().parseHex(parts[2]), "AES")).setProvider(BC);
      case "password": {
        var generator = new JcePasswordRecipientInfoGenerator(CMSAlgorithm.AES256_CBC, parts[1].toCharArray()).setProvider(BC);
        generator.setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8);
        return generator;
      }
      default: throw new IllegalArgumentException(kind);
    }
  }

  /** One for each certificate, but key agreement takes them all into one. */
  static List<RecipientInfoGenerator> recipients(Map<String, String> job) throws Exception {
    if (job.get("kind").startsWith("agree")) return List.of(recipient(job));
    List<RecipientInfoGenerator> all = new ArrayList<>();
    for (String file : job.get("certificates").split(",")) {
      Map<String, String> one = new HashMap<>(job);
      one.put("certificates", file);
      all.add(recipient(one));
    }
    return all;
  }

  static byte[] encrypt(Map<String, String> job) throws Exception {
    OutputEncryptor encryptor = new JceCMSContentEncryptorBuilder(new ASN1ObjectIdentifier(job.get("cipher"))).setProvider(BC).build();
    if (job.containsKey("authenticated")) {
      CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
      for (RecipientInfoGenerator each : recipients(job)) generator.addRecipientInfoGenerator(each);
      return generator.generate(text(job), (OutputAEADEncryptor) encryptor).getEncoded();
    }
    CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
    for (RecipientInfoGenerator each : recipients(job)) generator.addRecipientInfoGenerator(each);
    return generator.generate(text(job), encryptor).getEncoded();
  }
}
