package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the caller puts into the guest, as a second read-only image that is laid over the root file system. */
final class PayloadImage {

    /** @param host file or folder of the host @param guest where it appears in the guest, absolute */
    record Item(Path host, String guest) {
    }

    private PayloadImage() {
    }

    /** Files are copied, so that they are root's in the guest and the host's may change while it runs. */
    static void make(Path image, List<Item> items, Path staging) throws IOException, InterruptedException {
        GuestTree tree = new GuestTree(staging, GuestTree.Mode.COPY_FOR_ROOT);
        for (Item item : items) {
            if (Files.isDirectory(item.host())) {
                tree.addAll(item.host(), item.guest(), path -> true);
            } else if (Files.exists(item.host())) {
                tree.add(item.host().toRealPath(), item.guest());
            } else {
                throw new GuestException("There is no " + item.host() + " to put into the guest");
            }
        }
        Ext4.image(image, staging);
        Folders.delete(staging);
    }
}
