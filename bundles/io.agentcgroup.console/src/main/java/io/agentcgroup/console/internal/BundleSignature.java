package io.agentcgroup.console.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether a bundle is signed by somebody whom the operator trusts: every file in it, and by nobody's leave but a certificate of his file,
 * or one that such a certificate vouches for.
 */
final class BundleSignature {

    /** What carries the signatures cannot be signed itself. */
    private static final Pattern OF_SIGNATURES = Pattern.compile("META-INF/(MANIFEST\\.MF|[^/]+\\.(SF|RSA|DSA|EC)|SIG-[^/]+)", Pattern.CASE_INSENSITIVE);
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

    private final Path file;

    /** @param file certificates in PEM, any number of them */
    BundleSignature(Path file) {
        this.file = file;
    }

    /** @throws IllegalArgumentException if it is not signed so; the message says what is wrong, and is for whoever uploads */
    void check(Path bundle) throws IOException {
        Set<X509Certificate> trusted = trusted();
        try (JarFile jar = new JarFile(bundle.toFile(), true)) {
            Set<String> names = new HashSet<>();
            for (JarEntry entry : (Iterable<JarEntry>) jar.entries()::asIterator) {
                if (!names.add(entry.getName())) {
                    throw new IllegalArgumentException("the bundle is refused: it has two files of the name " + entry.getName());
                }
                if (!entry.isDirectory() && !OF_SIGNATURES.matcher(entry.getName()).matches()) {
                    check(jar, entry, trusted);
                }
            }
        } catch (SecurityException e) {
            throw new IllegalArgumentException("the bundle is refused: it was changed after it was signed: " + e.getMessage(), e);
        }
    }

    private void check(JarFile jar, JarEntry entry, Set<X509Certificate> trusted) throws IOException {
        try (InputStream content = jar.getInputStream(entry)) {
            // Only who has been read to the end has been verified.
            content.transferTo(OutputStream.nullOutputStream());
        }
        CodeSigner[] signers = entry.getCodeSigners();
        if (signers == null) {
            throw new IllegalArgumentException("the bundle is refused: " + entry.getName() + " in it is not signed, and only signed bundles are taken"
                    + " (property upload.signers)");
        }
        for (CodeSigner signer : signers) {
            if (isTrusted(signer.getSignerCertPath(), trusted)) {
                return;
            }
        }
        throw new IllegalArgumentException("the bundle is refused: it is signed by " + nameOf(signers[0]) + ", for whom no valid certificate in " + file
                + " vouches");
    }

    private static String nameOf(CodeSigner signer) {
        return signer.getSignerCertPath().getCertificates().get(0) instanceof X509Certificate leaf ? leaf.getSubjectX500Principal().getName() : "somebody";
    }

    private Set<X509Certificate> trusted() {
        Set<X509Certificate> trusted = new HashSet<>();
        try (InputStream content = Files.newInputStream(file)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(content)) {
                trusted.add((X509Certificate) one);
            }
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException("no bundle is taken: the trusted certificates in " + file + " (property upload.signers) cannot be read: "
                    + e.getMessage(), e);
        }
        if (trusted.isEmpty()) {
            throw new IllegalArgumentException("no bundle is taken: there is no certificate in " + file + " (property upload.signers)");
        }
        return trusted;
    }

    private static boolean isTrusted(CertPath path, Set<X509Certificate> trusted) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        path.getCertificates().forEach(one -> chain.add((X509Certificate) one));
        X509Certificate leaf = chain.get(0);
        try {
            leaf.checkValidity();
            return maySign(leaf) && (trusted.contains(leaf) || isVouchedFor(chain, trusted));
        } catch (CertificateException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IOException("signatures cannot be checked: " + e.getMessage(), e);
        }
    }

    /** A certificate that says what it is for is good for nothing else. */
    private static boolean maySign(X509Certificate leaf) throws CertificateException {
        List<String> uses = leaf.getExtendedKeyUsage();
        return uses == null || uses.contains(CODE_SIGNING);
    }

    private static boolean isVouchedFor(List<X509Certificate> chain, Set<X509Certificate> trusted) throws GeneralSecurityException {
        List<X509Certificate> below = chain.stream().takeWhile(one -> !trusted.contains(one)).toList();
        PKIXParameters parameters = new PKIXParameters(trusted.stream().map(one -> new TrustAnchor(one, null)).collect(Collectors.toSet()));
        // There is nobody to ask: the host need not have a network. Who is not trusted any more is taken out of the file.
        parameters.setRevocationEnabled(false);
        try {
            CertPathValidator.getInstance("PKIX").validate(CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
            return true;
        } catch (CertPathValidatorException e) {
            return false;
        }
    }
}
