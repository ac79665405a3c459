package io.agentcgroup.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.agentcgroup.launcher.LaunchPlan.PlannedBundle;

class FeatureReaderTest {

    @TempDir
    private Path folder;
    private Path bundles;

    @BeforeEach
    void makeBundles() throws IOException {
        bundles = Files.createDirectory(folder.resolve("bundles"));
        Files.createFile(bundles.resolve("a-1.0.jar"));
        Files.createFile(bundles.resolve("b-2.0.jar"));
    }

    @Test
    void bundlesComeInOrderWithTheirStartLevels() throws IOException {
        feature("one", "'bundles': [{'id': 'g:b:2.0', 'bundleStartLevel': 3}, {'id': 'g:a:1.0'}]");

        assertEquals(List.of(new PlannedBundle(bundles.resolve("b-2.0.jar"), 3),
                new PlannedBundle(bundles.resolve("a-1.0.jar"), 20)), read("one").bundles());
        assertEquals(20, read("one").highestStartLevel());
    }

    @Test
    void aBundleOfTwoFeaturesIsInstalledOnceAsEarlyAsTheEarlierWants() throws IOException {
        feature("one", "'bundles': [{'id': 'g:a:1.0'}]");
        feature("two", "'bundles': [{'id': 'g:a:1.0', 'bundleStartLevel': 5}]");

        assertEquals(List.of(new PlannedBundle(bundles.resolve("a-1.0.jar"), 5)), read("one", "two").bundles());
    }

    @Test
    void propertiesAreMergedAndVariablesFilledIn() throws IOException {
        feature("one", properties("'dir': '${state}/deploy', 'n': 7"));
        feature("two", properties("'n': '7', 'other': 'x'"));

        assertEquals(Map.of("dir", "/var/$1/deploy", "n", "7", "other", "x"), read("one", "two").properties());
    }

    @Test
    void readyServicesOfAllFeaturesCount() throws IOException {
        feature("one", "'extensions': {'agentcgroup-ready': {'type': 'TEXT', 'kind': 'mandatory', 'text': ['x.Y', 'x.Z']}}");
        feature("two", "'extensions': {'agentcgroup-ready': {'type': 'TEXT', 'kind': 'mandatory', 'text': ['x.Z']}}");

        assertEquals(Set.of("x.Y", "x.Z"), read("one", "two").readyServices());
    }

    @Test
    void twoFeaturesThatDisagreeAreRefused() throws IOException {
        feature("one", properties("'n': '1'"));
        feature("two", properties("'n': '2'"));

        assertSays("feature two sets n to 2, another one to 1", "one", "two");
    }

    @Test
    void aMissingFeatureAMissingBundleAndAnUnknownVariableAreSaid() throws IOException {
        feature("bundle", "'bundles': [{'id': 'g:gone:9'}]");
        feature("variable", properties("'n': '${typo}'"));

        assertSays("no feature gone", "gone");
        assertSays("no feature ../bundles", "../bundles");
        assertSays("feature bundle names g:gone:9", "bundle");
        assertSays("unknown variable ${typo}", "variable");
    }

    private void assertSays(String sentence, String... features) {
        String message = assertThrows(LaunchException.class, () -> read(features)).getMessage();
        assertTrue(message.contains(sentence), message);
    }

    private LaunchPlan read(String... features) throws IOException {
        return FeatureReader.read(folder, bundles, List.of(features), Map.of("state", "/var/$1")::get);
    }

    private static String properties(String members) {
        return "'extensions': {'framework-launching-properties': {'type': 'JSON', 'kind': 'mandatory', 'json': {" + members
                + "}}}";
    }

    private void feature(String name, String members) throws IOException {
        String json = "{'feature-resource-version': '1.0', 'id': 'g:" + name + ":1', " + members + "}";
        Files.writeString(folder.resolve(name + ".json"), json.replace('\'', '"'));
    }
}
