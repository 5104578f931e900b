/**
 * What all services are made of: how they read their settings, start, say how they are, and end.
 * Alone among the libraries it knows Quarkus. A service implements {@link
 * io.reseed.service.Service}.
 */
@NullMarked
package io.reseed.service;

import org.jspecify.annotations.NullMarked;
