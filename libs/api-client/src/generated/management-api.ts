/** The management API as its OpenAPI document has it. Made by `npm run generate:api-client`; do not change it by hand. */

export interface paths {
    "/api/portal/v0.9/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": {
                        username: string;
                        /** Format: password */
                        password: string;
                        /** @description An organization's id; without it the first that the user joined. */
                        organization?: string;
                        /** @description Scopes separated by spaces, to get a token that allows no more than these. */
                        scope?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            token: string;
                            /** @description Seconds since 1970. */
                            expires_at: number;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the organizations that one is a member of */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                displayName: string;
                                region?: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Create an organization
         * @description Who creates it becomes its member, with every scope.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        displayName: string;
                        region?: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            region?: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/organizations/{organizationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an organization */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The organization's id. */
                    organizationId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            region?: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List projects */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description name: the display name. */
                    sortBy?: "name" | "createdAt";
                    sortOrder?: "asc" | "desc";
                    /** @description Only those whose id contains this. */
                    query?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                displayName: string;
                                description?: string;
                                readonly organizationId: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Create a project */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        readonly organizationId?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            readonly organizationId: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/projects/{projectId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a project */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The project's id. */
                    projectId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            readonly organizationId: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Change a project */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The project's id. */
                    projectId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        readonly organizationId?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            readonly organizationId: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a project
         * @description Not while artifacts or applications belong to it.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The project's id. */
                    projectId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List gateways */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description name: the display name. */
                    sortBy?: "name" | "createdAt";
                    sortOrder?: "asc" | "desc";
                    /** @description Only those whose id contains this. */
                    query?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                readonly organizationId: string;
                                displayName: string;
                                description?: string;
                                /** @description Where callers reach it, as URLs. */
                                endpoints: string[];
                                properties?: {
                                    [key: string]: unknown;
                                };
                                /** @default false */
                                isCritical: boolean;
                                /** @enum {string} */
                                functionalityType: "regular" | "ai" | "event";
                                /**
                                 * @description `1.0`, or a calendar version such as `2026.05.13`.
                                 * @default 1.0
                                 */
                                version: string;
                                /** @description Whether it is connected now, on whichever edge. */
                                readonly isActive: boolean;
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a gateway
         * @description It connects with a token that is made afterwards.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /** @description Where callers reach it, as URLs. */
                        endpoints: string[];
                        properties?: {
                            [key: string]: unknown;
                        };
                        /** @default false */
                        isCritical?: boolean;
                        /** @enum {string} */
                        functionalityType: "regular" | "ai" | "event";
                        /**
                         * @description `1.0`, or a calendar version such as `2026.05.13`.
                         * @default 1.0
                         */
                        version?: string;
                        readonly organizationId?: string;
                        readonly isActive?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            readonly organizationId: string;
                            displayName: string;
                            description?: string;
                            /** @description Where callers reach it, as URLs. */
                            endpoints: string[];
                            properties?: {
                                [key: string]: unknown;
                            };
                            /** @default false */
                            isCritical: boolean;
                            /** @enum {string} */
                            functionalityType: "regular" | "ai" | "event";
                            /**
                             * @description `1.0`, or a calendar version such as `2026.05.13`.
                             * @default 1.0
                             */
                            version: string;
                            /** @description Whether it is connected now, on whichever edge. */
                            readonly isActive: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/gateways/{gatewayId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a gateway */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The gateway's id. */
                    gatewayId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            readonly organizationId: string;
                            displayName: string;
                            description?: string;
                            /** @description Where callers reach it, as URLs. */
                            endpoints: string[];
                            properties?: {
                                [key: string]: unknown;
                            };
                            /** @default false */
                            isCritical: boolean;
                            /** @enum {string} */
                            functionalityType: "regular" | "ai" | "event";
                            /**
                             * @description `1.0`, or a calendar version such as `2026.05.13`.
                             * @default 1.0
                             */
                            version: string;
                            /** @description Whether it is connected now, on whichever edge. */
                            readonly isActive: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Change a gateway */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The gateway's id. */
                    gatewayId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /** @description Where callers reach it, as URLs. */
                        endpoints: string[];
                        properties?: {
                            [key: string]: unknown;
                        };
                        /** @default false */
                        isCritical?: boolean;
                        /** @enum {string} */
                        functionalityType: "regular" | "ai" | "event";
                        /**
                         * @description `1.0`, or a calendar version such as `2026.05.13`.
                         * @default 1.0
                         */
                        version?: string;
                        readonly organizationId?: string;
                        readonly isActive?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            readonly organizationId: string;
                            displayName: string;
                            description?: string;
                            /** @description Where callers reach it, as URLs. */
                            endpoints: string[];
                            properties?: {
                                [key: string]: unknown;
                            };
                            /** @default false */
                            isCritical: boolean;
                            /** @enum {string} */
                            functionalityType: "regular" | "ai" | "event";
                            /**
                             * @description `1.0`, or a calendar version such as `2026.05.13`.
                             * @default 1.0
                             */
                            version: string;
                            /** @description Whether it is connected now, on whichever edge. */
                            readonly isActive: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a gateway
         * @description With its tokens and deployments; its connections are closed at once.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The gateway's id. */
                    gatewayId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/gateways/{gatewayId}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a gateway's manifest
         * @description What the gateway said about itself when it last connected.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The gateway's id. */
                    gatewayId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The release that the gateway runs. */
                            version?: string;
                            functionalityType?: string;
                            /** @description The policies that it has loaded, as it describes them. */
                            policies: {
                                [key: string]: unknown;
                            }[];
                            /** Format: date-time */
                            receivedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/gateways/{gatewayId}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a gateway's active tokens */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path: {
                    /** @description The gateway's id. */
                    gatewayId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                /** @enum {string} */
                                status: "active";
                                /** Format: date-time */
                                createdAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Make a token for a gateway
         * @description At most two are active, so that one can be replaced by another without a gap.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The gateway's id. */
                    gatewayId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Shown here and never again. */
                            token: string;
                            /** Format: date-time */
                            createdAt: string;
                            message: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/gateways/{gatewayId}/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a gateway's token
         * @description Connections that were opened with it are closed at once.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The gateway's id. */
                    gatewayId: string;
                    tokenId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            message: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List: REST API
         * @description Without the definitions.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description name: the display name. */
                    sortBy?: "name" | "createdAt";
                    sortOrder?: "asc" | "desc";
                    /** @description Only those whose id contains this. */
                    query?: string;
                    /** @description Only those of this project. */
                    projectId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                                displayName: string;
                                version: string;
                                description?: string;
                                /** @description The project's id. */
                                projectId: string;
                                /** @enum {string} */
                                readonly kind: "RestApi";
                                /** @description Made on a gateway, so that it cannot be changed here. */
                                readonly readOnly: boolean;
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Create: REST API */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                        displayName: string;
                        version: string;
                        description?: string;
                        /** @description The project's id. */
                        projectId: string;
                        /** @description Base path of all routes: `/` first, none at the end. */
                        context: string;
                        upstream: {
                            main: {
                                /** Format: uri */
                                url?: string;
                                /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                ref?: string;
                            };
                            sandbox?: {
                                /** Format: uri */
                                url?: string;
                                /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                ref?: string;
                            };
                        };
                        upstreamDefinitions?: {
                            name: string;
                            basePath?: string;
                            timeout?: {
                                /** @description Such as `5s`. */
                                connect?: string;
                            };
                            upstreams: {
                                /** Format: uri */
                                url: string;
                                weight?: number;
                            }[];
                        }[];
                        /** @description Without any, every method and path is passed on. */
                        operations?: {
                            name?: string;
                            description?: string;
                            request: {
                                /** @enum {string} */
                                method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS";
                                path: string;
                                policies?: {
                                    name: string;
                                    /** @description Major version only. */
                                    version: string;
                                    params?: {
                                        [key: string]: unknown;
                                    };
                                    executionCondition?: string;
                                }[];
                            };
                        }[];
                        policies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            params?: {
                                [key: string]: unknown;
                            };
                            executionCondition?: string;
                        }[];
                        subscriptionPlans?: string[];
                        /** @enum {string} */
                        lifeCycleStatus?: "STAGED" | "CREATED" | "PUBLISHED" | "DEPRECATED" | "RETIRED" | "BLOCKED";
                        transport?: ("http" | "https")[];
                        /** @enum {string} */
                        readonly kind?: "RestApi";
                        /** @description Made on a gateway, so that it cannot be changed here. */
                        readonly readOnly?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context: string;
                            upstream: {
                                main: {
                                    /** Format: uri */
                                    url?: string;
                                    /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                    ref?: string;
                                };
                                sandbox?: {
                                    /** Format: uri */
                                    url?: string;
                                    /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                    ref?: string;
                                };
                            };
                            upstreamDefinitions?: {
                                name: string;
                                basePath?: string;
                                timeout?: {
                                    /** @description Such as `5s`. */
                                    connect?: string;
                                };
                                upstreams: {
                                    /** Format: uri */
                                    url: string;
                                    weight?: number;
                                }[];
                            }[];
                            /** @description Without any, every method and path is passed on. */
                            operations?: {
                                name?: string;
                                description?: string;
                                request: {
                                    /** @enum {string} */
                                    method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS";
                                    path: string;
                                    policies?: {
                                        name: string;
                                        /** @description Major version only. */
                                        version: string;
                                        params?: {
                                            [key: string]: unknown;
                                        };
                                        executionCondition?: string;
                                    }[];
                                };
                            }[];
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                params?: {
                                    [key: string]: unknown;
                                };
                                executionCondition?: string;
                            }[];
                            subscriptionPlans?: string[];
                            /** @enum {string} */
                            lifeCycleStatus?: "STAGED" | "CREATED" | "PUBLISHED" | "DEPRECATED" | "RETIRED" | "BLOCKED";
                            transport?: ("http" | "https")[];
                            /** @enum {string} */
                            readonly kind: "RestApi";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis/{artifactId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get: REST API */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context: string;
                            upstream: {
                                main: {
                                    /** Format: uri */
                                    url?: string;
                                    /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                    ref?: string;
                                };
                                sandbox?: {
                                    /** Format: uri */
                                    url?: string;
                                    /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                    ref?: string;
                                };
                            };
                            upstreamDefinitions?: {
                                name: string;
                                basePath?: string;
                                timeout?: {
                                    /** @description Such as `5s`. */
                                    connect?: string;
                                };
                                upstreams: {
                                    /** Format: uri */
                                    url: string;
                                    weight?: number;
                                }[];
                            }[];
                            /** @description Without any, every method and path is passed on. */
                            operations?: {
                                name?: string;
                                description?: string;
                                request: {
                                    /** @enum {string} */
                                    method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS";
                                    path: string;
                                    policies?: {
                                        name: string;
                                        /** @description Major version only. */
                                        version: string;
                                        params?: {
                                            [key: string]: unknown;
                                        };
                                        executionCondition?: string;
                                    }[];
                                };
                            }[];
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                params?: {
                                    [key: string]: unknown;
                                };
                                executionCondition?: string;
                            }[];
                            subscriptionPlans?: string[];
                            /** @enum {string} */
                            lifeCycleStatus?: "STAGED" | "CREATED" | "PUBLISHED" | "DEPRECATED" | "RETIRED" | "BLOCKED";
                            transport?: ("http" | "https")[];
                            /** @enum {string} */
                            readonly kind: "RestApi";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change: REST API
         * @description Gateways get the change by the next deployment.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                        displayName: string;
                        version: string;
                        description?: string;
                        /** @description The project's id. */
                        projectId: string;
                        /** @description Base path of all routes: `/` first, none at the end. */
                        context: string;
                        upstream: {
                            main: {
                                /** Format: uri */
                                url?: string;
                                /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                ref?: string;
                            };
                            sandbox?: {
                                /** Format: uri */
                                url?: string;
                                /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                ref?: string;
                            };
                        };
                        upstreamDefinitions?: {
                            name: string;
                            basePath?: string;
                            timeout?: {
                                /** @description Such as `5s`. */
                                connect?: string;
                            };
                            upstreams: {
                                /** Format: uri */
                                url: string;
                                weight?: number;
                            }[];
                        }[];
                        /** @description Without any, every method and path is passed on. */
                        operations?: {
                            name?: string;
                            description?: string;
                            request: {
                                /** @enum {string} */
                                method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS";
                                path: string;
                                policies?: {
                                    name: string;
                                    /** @description Major version only. */
                                    version: string;
                                    params?: {
                                        [key: string]: unknown;
                                    };
                                    executionCondition?: string;
                                }[];
                            };
                        }[];
                        policies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            params?: {
                                [key: string]: unknown;
                            };
                            executionCondition?: string;
                        }[];
                        subscriptionPlans?: string[];
                        /** @enum {string} */
                        lifeCycleStatus?: "STAGED" | "CREATED" | "PUBLISHED" | "DEPRECATED" | "RETIRED" | "BLOCKED";
                        transport?: ("http" | "https")[];
                        /** @enum {string} */
                        readonly kind?: "RestApi";
                        /** @description Made on a gateway, so that it cannot be changed here. */
                        readonly readOnly?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context: string;
                            upstream: {
                                main: {
                                    /** Format: uri */
                                    url?: string;
                                    /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                    ref?: string;
                                };
                                sandbox?: {
                                    /** Format: uri */
                                    url?: string;
                                    /** @description In place of `url`: the name of one of `upstreamDefinitions`. */
                                    ref?: string;
                                };
                            };
                            upstreamDefinitions?: {
                                name: string;
                                basePath?: string;
                                timeout?: {
                                    /** @description Such as `5s`. */
                                    connect?: string;
                                };
                                upstreams: {
                                    /** Format: uri */
                                    url: string;
                                    weight?: number;
                                }[];
                            }[];
                            /** @description Without any, every method and path is passed on. */
                            operations?: {
                                name?: string;
                                description?: string;
                                request: {
                                    /** @enum {string} */
                                    method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS";
                                    path: string;
                                    policies?: {
                                        name: string;
                                        /** @description Major version only. */
                                        version: string;
                                        params?: {
                                            [key: string]: unknown;
                                        };
                                        executionCondition?: string;
                                    }[];
                                };
                            }[];
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                params?: {
                                    [key: string]: unknown;
                                };
                                executionCondition?: string;
                            }[];
                            subscriptionPlans?: string[];
                            /** @enum {string} */
                            lifeCycleStatus?: "STAGED" | "CREATED" | "PUBLISHED" | "DEPRECATED" | "RETIRED" | "BLOCKED";
                            transport?: ("http" | "https")[];
                            /** @enum {string} */
                            readonly kind: "RestApi";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete: REST API
         * @description With its deployments; every gateway of the organization is told. Gateways do not ack that: `Prefer: wait` waits until those that had it and are connected have handled it, else for 202.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateways: {
                                /** @description Those that had a place of it and were connected. */
                                total: number;
                                /** @description How many of them have handled that it is deleted. */
                                confirmed: number;
                            };
                        };
                    };
                };
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List: LLM provider
         * @description Without the definitions.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description name: the display name. */
                    sortBy?: "name" | "createdAt";
                    sortOrder?: "asc" | "desc";
                    /** @description Only those whose id contains this. */
                    query?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                                displayName: string;
                                version: string;
                                description?: string;
                                /** @enum {string} */
                                readonly kind: "LlmProvider";
                                /** @description Made on a gateway, so that it cannot be changed here. */
                                readonly readOnly: boolean;
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Create: LLM provider */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                        displayName: string;
                        version: string;
                        description?: string;
                        /** @description Base path of all routes: `/` first, none at the end. */
                        context?: string;
                        /** @description Host name; `*.` may stand for its first label. */
                        vhost?: string;
                        /** @description The id of an LLM provider template, such as `openai`. */
                        template: string;
                        /** @description The provider's own API, as an OpenAPI document; for readers. */
                        openapi?: string;
                        modelProviders?: {
                            id?: string;
                            displayName: string;
                            models?: {
                                id?: string;
                                displayName: string;
                                description?: string;
                            }[];
                        }[];
                        upstream: {
                            main: {
                                /** Format: uri */
                                url: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            };
                        };
                        accessControl: {
                            /** @enum {string} */
                            mode: "allow_all" | "deny_all";
                            exceptions?: {
                                path: string;
                                methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                            }[];
                        };
                        globalPolicies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            params?: {
                                [key: string]: unknown;
                            };
                            executionCondition?: string;
                        }[];
                        operationPolicies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            executionCondition?: string;
                            paths: {
                                path: string;
                                methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                params: {
                                    [key: string]: unknown;
                                };
                            }[];
                        }[];
                        policies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            executionCondition?: string;
                            paths: {
                                path: string;
                                methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                params: {
                                    [key: string]: unknown;
                                };
                            }[];
                        }[];
                        /** @enum {string} */
                        readonly kind?: "LlmProvider";
                        /** @description Made on a gateway, so that it cannot be changed here. */
                        readonly readOnly?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context?: string;
                            /** @description Host name; `*.` may stand for its first label. */
                            vhost?: string;
                            /** @description The id of an LLM provider template, such as `openai`. */
                            template: string;
                            /** @description The provider's own API, as an OpenAPI document; for readers. */
                            openapi?: string;
                            modelProviders?: {
                                id?: string;
                                displayName: string;
                                models?: {
                                    id?: string;
                                    displayName: string;
                                    description?: string;
                                }[];
                            }[];
                            upstream: {
                                main: {
                                    /** Format: uri */
                                    url: string;
                                    auth?: {
                                        /** @enum {string} */
                                        type: "api-key" | "other" | "none";
                                        header?: string;
                                        /** @description May refer to a secret: `{{ secret "…" }}`. */
                                        value?: string;
                                    };
                                };
                            };
                            accessControl: {
                                /** @enum {string} */
                                mode: "allow_all" | "deny_all";
                                exceptions?: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                }[];
                            };
                            globalPolicies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                params?: {
                                    [key: string]: unknown;
                                };
                                executionCondition?: string;
                            }[];
                            operationPolicies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                executionCondition?: string;
                                paths: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                    params: {
                                        [key: string]: unknown;
                                    };
                                }[];
                            }[];
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                executionCondition?: string;
                                paths: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                    params: {
                                        [key: string]: unknown;
                                    };
                                }[];
                            }[];
                            /** @enum {string} */
                            readonly kind: "LlmProvider";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers/{artifactId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get: LLM provider */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context?: string;
                            /** @description Host name; `*.` may stand for its first label. */
                            vhost?: string;
                            /** @description The id of an LLM provider template, such as `openai`. */
                            template: string;
                            /** @description The provider's own API, as an OpenAPI document; for readers. */
                            openapi?: string;
                            modelProviders?: {
                                id?: string;
                                displayName: string;
                                models?: {
                                    id?: string;
                                    displayName: string;
                                    description?: string;
                                }[];
                            }[];
                            upstream: {
                                main: {
                                    /** Format: uri */
                                    url: string;
                                    auth?: {
                                        /** @enum {string} */
                                        type: "api-key" | "other" | "none";
                                        header?: string;
                                        /** @description May refer to a secret: `{{ secret "…" }}`. */
                                        value?: string;
                                    };
                                };
                            };
                            accessControl: {
                                /** @enum {string} */
                                mode: "allow_all" | "deny_all";
                                exceptions?: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                }[];
                            };
                            globalPolicies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                params?: {
                                    [key: string]: unknown;
                                };
                                executionCondition?: string;
                            }[];
                            operationPolicies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                executionCondition?: string;
                                paths: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                    params: {
                                        [key: string]: unknown;
                                    };
                                }[];
                            }[];
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                executionCondition?: string;
                                paths: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                    params: {
                                        [key: string]: unknown;
                                    };
                                }[];
                            }[];
                            /** @enum {string} */
                            readonly kind: "LlmProvider";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change: LLM provider
         * @description Gateways get the change by the next deployment.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                        displayName: string;
                        version: string;
                        description?: string;
                        /** @description Base path of all routes: `/` first, none at the end. */
                        context?: string;
                        /** @description Host name; `*.` may stand for its first label. */
                        vhost?: string;
                        /** @description The id of an LLM provider template, such as `openai`. */
                        template: string;
                        /** @description The provider's own API, as an OpenAPI document; for readers. */
                        openapi?: string;
                        modelProviders?: {
                            id?: string;
                            displayName: string;
                            models?: {
                                id?: string;
                                displayName: string;
                                description?: string;
                            }[];
                        }[];
                        upstream: {
                            main: {
                                /** Format: uri */
                                url: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            };
                        };
                        accessControl: {
                            /** @enum {string} */
                            mode: "allow_all" | "deny_all";
                            exceptions?: {
                                path: string;
                                methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                            }[];
                        };
                        globalPolicies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            params?: {
                                [key: string]: unknown;
                            };
                            executionCondition?: string;
                        }[];
                        operationPolicies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            executionCondition?: string;
                            paths: {
                                path: string;
                                methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                params: {
                                    [key: string]: unknown;
                                };
                            }[];
                        }[];
                        policies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            executionCondition?: string;
                            paths: {
                                path: string;
                                methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                params: {
                                    [key: string]: unknown;
                                };
                            }[];
                        }[];
                        /** @enum {string} */
                        readonly kind?: "LlmProvider";
                        /** @description Made on a gateway, so that it cannot be changed here. */
                        readonly readOnly?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context?: string;
                            /** @description Host name; `*.` may stand for its first label. */
                            vhost?: string;
                            /** @description The id of an LLM provider template, such as `openai`. */
                            template: string;
                            /** @description The provider's own API, as an OpenAPI document; for readers. */
                            openapi?: string;
                            modelProviders?: {
                                id?: string;
                                displayName: string;
                                models?: {
                                    id?: string;
                                    displayName: string;
                                    description?: string;
                                }[];
                            }[];
                            upstream: {
                                main: {
                                    /** Format: uri */
                                    url: string;
                                    auth?: {
                                        /** @enum {string} */
                                        type: "api-key" | "other" | "none";
                                        header?: string;
                                        /** @description May refer to a secret: `{{ secret "…" }}`. */
                                        value?: string;
                                    };
                                };
                            };
                            accessControl: {
                                /** @enum {string} */
                                mode: "allow_all" | "deny_all";
                                exceptions?: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                }[];
                            };
                            globalPolicies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                params?: {
                                    [key: string]: unknown;
                                };
                                executionCondition?: string;
                            }[];
                            operationPolicies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                executionCondition?: string;
                                paths: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                    params: {
                                        [key: string]: unknown;
                                    };
                                }[];
                            }[];
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                executionCondition?: string;
                                paths: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                    params: {
                                        [key: string]: unknown;
                                    };
                                }[];
                            }[];
                            /** @enum {string} */
                            readonly kind: "LlmProvider";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete: LLM provider
         * @description With its deployments; every gateway of the organization is told. Gateways do not ack that: `Prefer: wait` waits until those that had it and are connected have handled it, else for 202.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateways: {
                                /** @description Those that had a place of it and were connected. */
                                total: number;
                                /** @description How many of them have handled that it is deleted. */
                                confirmed: number;
                            };
                        };
                    };
                };
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-proxies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List: LLM proxy
         * @description Without the definitions.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description name: the display name. */
                    sortBy?: "name" | "createdAt";
                    sortOrder?: "asc" | "desc";
                    /** @description Only those whose id contains this. */
                    query?: string;
                    /** @description Only those of this project. */
                    projectId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                                displayName: string;
                                version: string;
                                description?: string;
                                /** @description The project's id. */
                                projectId: string;
                                /** @enum {string} */
                                readonly kind: "LlmProxy";
                                /** @description Made on a gateway, so that it cannot be changed here. */
                                readonly readOnly: boolean;
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Create: LLM proxy */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                        displayName: string;
                        version: string;
                        description?: string;
                        /** @description The project's id. */
                        projectId: string;
                        /** @description Base path of all routes: `/` first, none at the end. */
                        context?: string;
                        /** @description Host name; `*.` may stand for its first label. */
                        vhost?: string;
                        provider: {
                            id: string;
                            auth?: {
                                /** @enum {string} */
                                type: "api-key" | "other" | "none";
                                header?: string;
                                /** @description May refer to a secret: `{{ secret "…" }}`. */
                                value?: string;
                            };
                        };
                        additionalProviders?: {
                            id: string;
                            as?: string;
                            auth?: {
                                /** @enum {string} */
                                type: "api-key" | "other" | "none";
                                header?: string;
                                /** @description May refer to a secret: `{{ secret "…" }}`. */
                                value?: string;
                            };
                        }[];
                        policies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            executionCondition?: string;
                            paths: {
                                path: string;
                                methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                params: {
                                    [key: string]: unknown;
                                };
                            }[];
                        }[];
                        /** @enum {string} */
                        readonly kind?: "LlmProxy";
                        /** @description Made on a gateway, so that it cannot be changed here. */
                        readonly readOnly?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context?: string;
                            /** @description Host name; `*.` may stand for its first label. */
                            vhost?: string;
                            provider: {
                                id: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            };
                            additionalProviders?: {
                                id: string;
                                as?: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            }[];
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                executionCondition?: string;
                                paths: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                    params: {
                                        [key: string]: unknown;
                                    };
                                }[];
                            }[];
                            /** @enum {string} */
                            readonly kind: "LlmProxy";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-proxies/{artifactId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get: LLM proxy */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context?: string;
                            /** @description Host name; `*.` may stand for its first label. */
                            vhost?: string;
                            provider: {
                                id: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            };
                            additionalProviders?: {
                                id: string;
                                as?: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            }[];
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                executionCondition?: string;
                                paths: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                    params: {
                                        [key: string]: unknown;
                                    };
                                }[];
                            }[];
                            /** @enum {string} */
                            readonly kind: "LlmProxy";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change: LLM proxy
         * @description Gateways get the change by the next deployment.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                        displayName: string;
                        version: string;
                        description?: string;
                        /** @description The project's id. */
                        projectId: string;
                        /** @description Base path of all routes: `/` first, none at the end. */
                        context?: string;
                        /** @description Host name; `*.` may stand for its first label. */
                        vhost?: string;
                        provider: {
                            id: string;
                            auth?: {
                                /** @enum {string} */
                                type: "api-key" | "other" | "none";
                                header?: string;
                                /** @description May refer to a secret: `{{ secret "…" }}`. */
                                value?: string;
                            };
                        };
                        additionalProviders?: {
                            id: string;
                            as?: string;
                            auth?: {
                                /** @enum {string} */
                                type: "api-key" | "other" | "none";
                                header?: string;
                                /** @description May refer to a secret: `{{ secret "…" }}`. */
                                value?: string;
                            };
                        }[];
                        policies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            executionCondition?: string;
                            paths: {
                                path: string;
                                methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                params: {
                                    [key: string]: unknown;
                                };
                            }[];
                        }[];
                        /** @enum {string} */
                        readonly kind?: "LlmProxy";
                        /** @description Made on a gateway, so that it cannot be changed here. */
                        readonly readOnly?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context?: string;
                            /** @description Host name; `*.` may stand for its first label. */
                            vhost?: string;
                            provider: {
                                id: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            };
                            additionalProviders?: {
                                id: string;
                                as?: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            }[];
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                executionCondition?: string;
                                paths: {
                                    path: string;
                                    methods: ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "HEAD" | "*")[];
                                    params: {
                                        [key: string]: unknown;
                                    };
                                }[];
                            }[];
                            /** @enum {string} */
                            readonly kind: "LlmProxy";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete: LLM proxy
         * @description With its deployments; every gateway of the organization is told. Gateways do not ack that: `Prefer: wait` waits until those that had it and are connected have handled it, else for 202.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateways: {
                                /** @description Those that had a place of it and were connected. */
                                total: number;
                                /** @description How many of them have handled that it is deleted. */
                                confirmed: number;
                            };
                        };
                    };
                };
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/mcp-proxies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List: MCP proxy
         * @description Without the definitions.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description name: the display name. */
                    sortBy?: "name" | "createdAt";
                    sortOrder?: "asc" | "desc";
                    /** @description Only those whose id contains this. */
                    query?: string;
                    /** @description Only those of this project. */
                    projectId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                                displayName: string;
                                version: string;
                                description?: string;
                                /** @description The project's id. */
                                projectId?: string;
                                /** @enum {string} */
                                readonly kind: "Mcp";
                                /** @description Made on a gateway, so that it cannot be changed here. */
                                readonly readOnly: boolean;
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Create: MCP proxy */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                        displayName: string;
                        version: string;
                        description?: string;
                        /** @description The project's id. */
                        projectId?: string;
                        /** @description Base path of all routes: `/` first, none at the end. */
                        context?: string;
                        /** @description Host name; `*.` may stand for its first label. */
                        vhost?: string;
                        upstream: {
                            main: {
                                /** Format: uri */
                                url: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            };
                        };
                        /** @enum {string} */
                        mcpSpecVersion?: "2025-06-18" | "2025-11-25";
                        policies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            params?: {
                                [key: string]: unknown;
                            };
                            executionCondition?: string;
                        }[];
                        capabilities?: {
                            tools?: {
                                [key: string]: unknown;
                            }[];
                            resources?: {
                                [key: string]: unknown;
                            }[];
                            prompts?: {
                                [key: string]: unknown;
                            }[];
                        };
                        /** @enum {string} */
                        readonly kind?: "Mcp";
                        /** @description Made on a gateway, so that it cannot be changed here. */
                        readonly readOnly?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId?: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context?: string;
                            /** @description Host name; `*.` may stand for its first label. */
                            vhost?: string;
                            upstream: {
                                main: {
                                    /** Format: uri */
                                    url: string;
                                    auth?: {
                                        /** @enum {string} */
                                        type: "api-key" | "other" | "none";
                                        header?: string;
                                        /** @description May refer to a secret: `{{ secret "…" }}`. */
                                        value?: string;
                                    };
                                };
                            };
                            /** @enum {string} */
                            mcpSpecVersion?: "2025-06-18" | "2025-11-25";
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                params?: {
                                    [key: string]: unknown;
                                };
                                executionCondition?: string;
                            }[];
                            capabilities?: {
                                tools?: {
                                    [key: string]: unknown;
                                }[];
                                resources?: {
                                    [key: string]: unknown;
                                }[];
                                prompts?: {
                                    [key: string]: unknown;
                                }[];
                            };
                            /** @enum {string} */
                            readonly kind: "Mcp";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/mcp-proxies/{artifactId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get: MCP proxy */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId?: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context?: string;
                            /** @description Host name; `*.` may stand for its first label. */
                            vhost?: string;
                            upstream: {
                                main: {
                                    /** Format: uri */
                                    url: string;
                                    auth?: {
                                        /** @enum {string} */
                                        type: "api-key" | "other" | "none";
                                        header?: string;
                                        /** @description May refer to a secret: `{{ secret "…" }}`. */
                                        value?: string;
                                    };
                                };
                            };
                            /** @enum {string} */
                            mcpSpecVersion?: "2025-06-18" | "2025-11-25";
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                params?: {
                                    [key: string]: unknown;
                                };
                                executionCondition?: string;
                            }[];
                            capabilities?: {
                                tools?: {
                                    [key: string]: unknown;
                                }[];
                                resources?: {
                                    [key: string]: unknown;
                                }[];
                                prompts?: {
                                    [key: string]: unknown;
                                }[];
                            };
                            /** @enum {string} */
                            readonly kind: "Mcp";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change: MCP proxy
         * @description Gateways get the change by the next deployment.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                        displayName: string;
                        version: string;
                        description?: string;
                        /** @description The project's id. */
                        projectId?: string;
                        /** @description Base path of all routes: `/` first, none at the end. */
                        context?: string;
                        /** @description Host name; `*.` may stand for its first label. */
                        vhost?: string;
                        upstream: {
                            main: {
                                /** Format: uri */
                                url: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "api-key" | "other" | "none";
                                    header?: string;
                                    /** @description May refer to a secret: `{{ secret "…" }}`. */
                                    value?: string;
                                };
                            };
                        };
                        /** @enum {string} */
                        mcpSpecVersion?: "2025-06-18" | "2025-11-25";
                        policies?: {
                            name: string;
                            /** @description Major version only. */
                            version: string;
                            params?: {
                                [key: string]: unknown;
                            };
                            executionCondition?: string;
                        }[];
                        capabilities?: {
                            tools?: {
                                [key: string]: unknown;
                            }[];
                            resources?: {
                                [key: string]: unknown;
                            }[];
                            prompts?: {
                                [key: string]: unknown;
                            }[];
                        };
                        /** @enum {string} */
                        readonly kind?: "Mcp";
                        /** @description Made on a gateway, so that it cannot be changed here. */
                        readonly readOnly?: boolean;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                            displayName: string;
                            version: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId?: string;
                            /** @description Base path of all routes: `/` first, none at the end. */
                            context?: string;
                            /** @description Host name; `*.` may stand for its first label. */
                            vhost?: string;
                            upstream: {
                                main: {
                                    /** Format: uri */
                                    url: string;
                                    auth?: {
                                        /** @enum {string} */
                                        type: "api-key" | "other" | "none";
                                        header?: string;
                                        /** @description May refer to a secret: `{{ secret "…" }}`. */
                                        value?: string;
                                    };
                                };
                            };
                            /** @enum {string} */
                            mcpSpecVersion?: "2025-06-18" | "2025-11-25";
                            policies?: {
                                name: string;
                                /** @description Major version only. */
                                version: string;
                                params?: {
                                    [key: string]: unknown;
                                };
                                executionCondition?: string;
                            }[];
                            capabilities?: {
                                tools?: {
                                    [key: string]: unknown;
                                }[];
                                resources?: {
                                    [key: string]: unknown;
                                }[];
                                prompts?: {
                                    [key: string]: unknown;
                                }[];
                            };
                            /** @enum {string} */
                            readonly kind: "Mcp";
                            /** @description Made on a gateway, so that it cannot be changed here. */
                            readonly readOnly: boolean;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete: MCP proxy
         * @description With its deployments; every gateway of the organization is told. Gateways do not ack that: `Prefer: wait` waits until those that had it and are connected have handled it, else for 202.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateways: {
                                /** @description Those that had a place of it and were connected. */
                                total: number;
                                /** @description How many of them have handled that it is deleted. */
                                confirmed: number;
                            };
                        };
                    };
                };
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers/{artifactId}/llm-proxies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the LLM proxies of an LLM provider
         * @description Without the definitions.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                /** @description Letters, digits, `-`, `_`, `.` and spaces. */
                                displayName: string;
                                version: string;
                                description?: string;
                                /** @description The project's id. */
                                projectId: string;
                                /** @enum {string} */
                                readonly kind: "LlmProxy";
                                /** @description Made on a gateway, so that it cannot be changed here. */
                                readonly readOnly: boolean;
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis/{artifactId}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deployments of a REST API */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those for this gateway. */
                    gatewayId?: string;
                    deploymentStatus?: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                };
                header?: never;
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Deploy a REST API to gateways
         * @description Takes a snapshot and tells the gateway: `gatewayId`, or all of `gatewayIds`. `DEPLOYING` until the gateway has answered. With `Prefer: wait` 201 when it has acked or refused (`FAILED`) or did not answer in time, else 202.
         */
        post: {
            parameters: {
                query?: {
                    /** @description With `Prefer: wait`: how many gateways must have acked; answered as soon as so many have, or cannot any more. Left out: every gateway must have answered. */
                    minAcks?: number;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** @description `current` for the artifact as it is now, or the deployment whose snapshot is taken again, with what `metadata` names in place of its own. */
                        base: string;
                        /** @description The gateway's id. */
                        gatewayId?: string;
                        /** @description In place of gatewayId: several gateways, all or none. */
                        gatewayIds?: string[];
                        metadata?: {
                            /** Format: uri */
                            endpointUrl?: string;
                            vhostMain?: string | "_gateway_default_";
                            vhostSandbox?: string | "_gateway_default_";
                        };
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        } | {
                            /** @description How many gateways it was deployed to. */
                            count: number;
                            /** @description In the order of gatewayIds. */
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            /** @description How many gateways serve it. */
                            acked: number;
                            /** @description How many gateways failed to, or did not answer in time. */
                            refused: number;
                            /** @description How many gateways have not answered, or were told something else meanwhile. */
                            pending: number;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        } | {
                            /** @description How many gateways it was deployed to. */
                            count: number;
                            /** @description In the order of gatewayIds. */
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            /** @description How many gateways serve it. */
                            acked: number;
                            /** @description How many gateways failed to, or did not answer in time. */
                            refused: number;
                            /** @description How many gateways have not answered, or were told something else meanwhile. */
                            pending: number;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis/{artifactId}/deployments/{deploymentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a deployment of a REST API */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a deployment of a REST API
         * @description A deployment that failed or is being undeployed may still serve: its gateway is told to undeploy it.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis/{artifactId}/deployments/{deploymentId}/undeploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undeploy a REST API from a gateway
         * @description Also when the deployment failed: its gateway may serve it, or an earlier one. `UNDEPLOYING` until the gateway has answered.
         */
        post: {
            parameters: {
                query: {
                    /** @description The id of the gateway that the deployment is for. */
                    gatewayId: string;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis/{artifactId}/deployments/{deploymentId}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deploy an earlier deployment of a REST API again */
        post: {
            parameters: {
                query: {
                    /** @description The id of the gateway that the deployment is for. */
                    gatewayId: string;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers/{artifactId}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deployments of a LLM provider */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those for this gateway. */
                    gatewayId?: string;
                    deploymentStatus?: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                };
                header?: never;
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Deploy a LLM provider to gateways
         * @description Takes a snapshot and tells the gateway: `gatewayId`, or all of `gatewayIds`. `DEPLOYING` until the gateway has answered. With `Prefer: wait` 201 when it has acked or refused (`FAILED`) or did not answer in time, else 202.
         */
        post: {
            parameters: {
                query?: {
                    /** @description With `Prefer: wait`: how many gateways must have acked; answered as soon as so many have, or cannot any more. Left out: every gateway must have answered. */
                    minAcks?: number;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** @description `current` for the artifact as it is now, or the deployment whose snapshot is taken again, with what `metadata` names in place of its own. */
                        base: string;
                        /** @description The gateway's id. */
                        gatewayId?: string;
                        /** @description In place of gatewayId: several gateways, all or none. */
                        gatewayIds?: string[];
                        metadata?: {
                            /** Format: uri */
                            endpointUrl?: string;
                            vhostMain?: string | "_gateway_default_";
                            vhostSandbox?: string | "_gateway_default_";
                        };
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        } | {
                            /** @description How many gateways it was deployed to. */
                            count: number;
                            /** @description In the order of gatewayIds. */
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            /** @description How many gateways serve it. */
                            acked: number;
                            /** @description How many gateways failed to, or did not answer in time. */
                            refused: number;
                            /** @description How many gateways have not answered, or were told something else meanwhile. */
                            pending: number;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        } | {
                            /** @description How many gateways it was deployed to. */
                            count: number;
                            /** @description In the order of gatewayIds. */
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            /** @description How many gateways serve it. */
                            acked: number;
                            /** @description How many gateways failed to, or did not answer in time. */
                            refused: number;
                            /** @description How many gateways have not answered, or were told something else meanwhile. */
                            pending: number;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers/{artifactId}/deployments/{deploymentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a deployment of a LLM provider */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a deployment of a LLM provider
         * @description A deployment that failed or is being undeployed may still serve: its gateway is told to undeploy it.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers/{artifactId}/deployments/{deploymentId}/undeploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undeploy a LLM provider from a gateway
         * @description Also when the deployment failed: its gateway may serve it, or an earlier one. `UNDEPLOYING` until the gateway has answered.
         */
        post: {
            parameters: {
                query: {
                    /** @description The id of the gateway that the deployment is for. */
                    gatewayId: string;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers/{artifactId}/deployments/{deploymentId}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deploy an earlier deployment of a LLM provider again */
        post: {
            parameters: {
                query: {
                    /** @description The id of the gateway that the deployment is for. */
                    gatewayId: string;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-proxies/{artifactId}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deployments of a LLM proxy */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those for this gateway. */
                    gatewayId?: string;
                    deploymentStatus?: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                };
                header?: never;
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Deploy a LLM proxy to gateways
         * @description Takes a snapshot and tells the gateway: `gatewayId`, or all of `gatewayIds`. `DEPLOYING` until the gateway has answered. With `Prefer: wait` 201 when it has acked or refused (`FAILED`) or did not answer in time, else 202.
         */
        post: {
            parameters: {
                query?: {
                    /** @description With `Prefer: wait`: how many gateways must have acked; answered as soon as so many have, or cannot any more. Left out: every gateway must have answered. */
                    minAcks?: number;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** @description `current` for the artifact as it is now, or the deployment whose snapshot is taken again, with what `metadata` names in place of its own. */
                        base: string;
                        /** @description The gateway's id. */
                        gatewayId?: string;
                        /** @description In place of gatewayId: several gateways, all or none. */
                        gatewayIds?: string[];
                        metadata?: {
                            /** Format: uri */
                            endpointUrl?: string;
                            vhostMain?: string | "_gateway_default_";
                            vhostSandbox?: string | "_gateway_default_";
                        };
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        } | {
                            /** @description How many gateways it was deployed to. */
                            count: number;
                            /** @description In the order of gatewayIds. */
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            /** @description How many gateways serve it. */
                            acked: number;
                            /** @description How many gateways failed to, or did not answer in time. */
                            refused: number;
                            /** @description How many gateways have not answered, or were told something else meanwhile. */
                            pending: number;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        } | {
                            /** @description How many gateways it was deployed to. */
                            count: number;
                            /** @description In the order of gatewayIds. */
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            /** @description How many gateways serve it. */
                            acked: number;
                            /** @description How many gateways failed to, or did not answer in time. */
                            refused: number;
                            /** @description How many gateways have not answered, or were told something else meanwhile. */
                            pending: number;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-proxies/{artifactId}/deployments/{deploymentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a deployment of a LLM proxy */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a deployment of a LLM proxy
         * @description A deployment that failed or is being undeployed may still serve: its gateway is told to undeploy it.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-proxies/{artifactId}/deployments/{deploymentId}/undeploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undeploy a LLM proxy from a gateway
         * @description Also when the deployment failed: its gateway may serve it, or an earlier one. `UNDEPLOYING` until the gateway has answered.
         */
        post: {
            parameters: {
                query: {
                    /** @description The id of the gateway that the deployment is for. */
                    gatewayId: string;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-proxies/{artifactId}/deployments/{deploymentId}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deploy an earlier deployment of a LLM proxy again */
        post: {
            parameters: {
                query: {
                    /** @description The id of the gateway that the deployment is for. */
                    gatewayId: string;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/mcp-proxies/{artifactId}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deployments of a MCP proxy */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those for this gateway. */
                    gatewayId?: string;
                    deploymentStatus?: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                };
                header?: never;
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Deploy a MCP proxy to gateways
         * @description Takes a snapshot and tells the gateway: `gatewayId`, or all of `gatewayIds`. `DEPLOYING` until the gateway has answered. With `Prefer: wait` 201 when it has acked or refused (`FAILED`) or did not answer in time, else 202.
         */
        post: {
            parameters: {
                query?: {
                    /** @description With `Prefer: wait`: how many gateways must have acked; answered as soon as so many have, or cannot any more. Left out: every gateway must have answered. */
                    minAcks?: number;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** @description `current` for the artifact as it is now, or the deployment whose snapshot is taken again, with what `metadata` names in place of its own. */
                        base: string;
                        /** @description The gateway's id. */
                        gatewayId?: string;
                        /** @description In place of gatewayId: several gateways, all or none. */
                        gatewayIds?: string[];
                        metadata?: {
                            /** Format: uri */
                            endpointUrl?: string;
                            vhostMain?: string | "_gateway_default_";
                            vhostSandbox?: string | "_gateway_default_";
                        };
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        } | {
                            /** @description How many gateways it was deployed to. */
                            count: number;
                            /** @description In the order of gatewayIds. */
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            /** @description How many gateways serve it. */
                            acked: number;
                            /** @description How many gateways failed to, or did not answer in time. */
                            refused: number;
                            /** @description How many gateways have not answered, or were told something else meanwhile. */
                            pending: number;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        } | {
                            /** @description How many gateways it was deployed to. */
                            count: number;
                            /** @description In the order of gatewayIds. */
                            list: {
                                /** Format: uuid */
                                deploymentId: string;
                                name: string;
                                /** @description The gateway's id. */
                                gatewayId: string;
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: uuid */
                                baseDeploymentId?: string;
                                metadata: {
                                    [key: string]: unknown;
                                };
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                            }[];
                            /** @description How many gateways serve it. */
                            acked: number;
                            /** @description How many gateways failed to, or did not answer in time. */
                            refused: number;
                            /** @description How many gateways have not answered, or were told something else meanwhile. */
                            pending: number;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/mcp-proxies/{artifactId}/deployments/{deploymentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a deployment of a MCP proxy */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a deployment of a MCP proxy
         * @description A deployment that failed or is being undeployed may still serve: its gateway is told to undeploy it.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/mcp-proxies/{artifactId}/deployments/{deploymentId}/undeploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undeploy a MCP proxy from a gateway
         * @description Also when the deployment failed: its gateway may serve it, or an earlier one. `UNDEPLOYING` until the gateway has answered.
         */
        post: {
            parameters: {
                query: {
                    /** @description The id of the gateway that the deployment is for. */
                    gatewayId: string;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/mcp-proxies/{artifactId}/deployments/{deploymentId}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deploy an earlier deployment of a MCP proxy again */
        post: {
            parameters: {
                query: {
                    /** @description The id of the gateway that the deployment is for. */
                    gatewayId: string;
                };
                header?: {
                    /** @description `wait=SECONDS` (1 to 300): answer when the gateway has, or with 202 after that time. The answer then has `Preference-Applied`; without it there was no room to wait. */
                    prefer?: string;
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/deployments/{deploymentId}/wait": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Wait for what a gateway makes of a deployment
         * @description 200 when it is so, which is at once if it is so already or the deployment is archived; 202 when it is not so within the time. 503 with `Retry-After` when too many wait.
         */
        get: {
            parameters: {
                query?: {
                    /** @description acked: the gateway has acked or refused it, or did not answer in time. confirmed: it has handled what it was told. */
                    for?: "acked" | "confirmed";
                    /** @description From 0 to 300000; brought into this range. */
                    timeoutMs?: number;
                };
                header?: never;
                path: {
                    /** @description The deployment's UUID. */
                    deploymentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Accepted, and not over yet */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            deploymentId: string;
                            name: string;
                            /** @description The gateway's id. */
                            gatewayId: string;
                            /** @enum {string} */
                            status: "DEPLOYED" | "UNDEPLOYED" | "DEPLOYING" | "UNDEPLOYING" | "FAILED" | "ARCHIVED";
                            /** @enum {string} */
                            statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                            /** Format: uuid */
                            baseDeploymentId?: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis/{artifactId}/gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the gateways of a REST API
         * @description Those to which it was deployed at some time. A deployment makes them belong to it.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                readonly organizationId: string;
                                displayName: string;
                                description?: string;
                                /** @description Where callers reach it, as URLs. */
                                endpoints: string[];
                                properties?: {
                                    [key: string]: unknown;
                                };
                                /** @default false */
                                isCritical: boolean;
                                /** @enum {string} */
                                functionalityType: "regular" | "ai" | "event";
                                /**
                                 * @description `1.0`, or a calendar version such as `2026.05.13`.
                                 * @default 1.0
                                 */
                                version: string;
                                /** @description Whether it is connected now, on whichever edge. */
                                readonly isActive: boolean;
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                                /** @enum {boolean} */
                                associated: true;
                                /** Format: date-time */
                                associatedAt: string;
                                /** @description Whether the gateway is to serve it; `deployment.status` says whether it does. */
                                isDeployed: boolean;
                                deployment?: {
                                    deploymentId: string;
                                    /** @enum {string} */
                                    status: "DEPLOYED" | "DEPLOYING" | "FAILED" | "UNDEPLOYED" | "UNDEPLOYING";
                                    /** Format: date-time */
                                    deployedAt: string;
                                };
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List secrets */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                displayName: string;
                                description?: string;
                                /**
                                 * @description GENERIC unless it is said.
                                 * @enum {string}
                                 */
                                type?: "GENERIC" | "CERTIFICATE";
                                /** @enum {string} */
                                readonly provider: "IN_BUILT";
                                /** @enum {string} */
                                readonly status: "ACTIVE" | "DEPRECATED";
                                /** @description Changes with the value and tells nothing of it. */
                                readonly hash: string;
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a secret
         * @description Artifacts refer to it as `{{ secret "id" }}`; only gateways to which such an artifact is deployed get its value.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /**
                         * @description GENERIC unless it is said.
                         * @enum {string}
                         */
                        type?: "GENERIC" | "CERTIFICATE";
                        /** @description Kept sealed and never shown again. */
                        value: string;
                        /** @enum {string} */
                        readonly provider?: "IN_BUILT";
                        /** @enum {string} */
                        readonly status?: "ACTIVE" | "DEPRECATED";
                        /** @description Changes with the value and tells nothing of it. */
                        readonly hash?: string;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /**
                         * @description GENERIC unless it is said.
                         * @enum {string}
                         */
                        type?: "GENERIC" | "CERTIFICATE";
                        /** @description Kept sealed and never shown again. */
                        value: string;
                        /** @enum {string} */
                        readonly provider?: "IN_BUILT";
                        /** @enum {string} */
                        readonly status?: "ACTIVE" | "DEPRECATED";
                        /** @description Changes with the value and tells nothing of it. */
                        readonly hash?: string;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Without its value. */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            /**
                             * @description GENERIC unless it is said.
                             * @enum {string}
                             */
                            type?: "GENERIC" | "CERTIFICATE";
                            /** @enum {string} */
                            readonly provider: "IN_BUILT";
                            /** @enum {string} */
                            readonly status: "ACTIVE" | "DEPRECATED";
                            /** @description Changes with the value and tells nothing of it. */
                            readonly hash: string;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/secrets/{secretId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a secret */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The secret's id. */
                    secretId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Without its value. */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            /**
                             * @description GENERIC unless it is said.
                             * @enum {string}
                             */
                            type?: "GENERIC" | "CERTIFICATE";
                            /** @enum {string} */
                            readonly provider: "IN_BUILT";
                            /** @enum {string} */
                            readonly status: "ACTIVE" | "DEPRECATED";
                            /** @description Changes with the value and tells nothing of it. */
                            readonly hash: string;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change a secret
         * @description Gateways read a new value when they connect: those concerned lose their connection for a moment, and what they serve with it is deployed again.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The secret's id. */
                    secretId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /**
                         * @description GENERIC unless it is said.
                         * @enum {string}
                         */
                        type?: "GENERIC" | "CERTIFICATE";
                        /** @description Kept sealed and never shown again. */
                        value: string;
                        /** @enum {string} */
                        readonly provider?: "IN_BUILT";
                        /** @enum {string} */
                        readonly status?: "ACTIVE" | "DEPRECATED";
                        /** @description Changes with the value and tells nothing of it. */
                        readonly hash?: string;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /**
                         * @description GENERIC unless it is said.
                         * @enum {string}
                         */
                        type?: "GENERIC" | "CERTIFICATE";
                        /** @description Kept sealed and never shown again. */
                        value: string;
                        /** @enum {string} */
                        readonly provider?: "IN_BUILT";
                        /** @enum {string} */
                        readonly status?: "ACTIVE" | "DEPRECATED";
                        /** @description Changes with the value and tells nothing of it. */
                        readonly hash?: string;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Without its value. */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            /**
                             * @description GENERIC unless it is said.
                             * @enum {string}
                             */
                            type?: "GENERIC" | "CERTIFICATE";
                            /** @enum {string} */
                            readonly provider: "IN_BUILT";
                            /** @enum {string} */
                            readonly status: "ACTIVE" | "DEPRECATED";
                            /** @description Changes with the value and tells nothing of it. */
                            readonly hash: string;
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a secret
         * @description Not while an artifact, or a deployment that a gateway is to serve, refers to it.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The secret's id. */
                    secretId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-provider-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List LLM provider templates */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                displayName: string;
                                /**
                                 * @description Built into gateways.
                                 * @enum {string}
                                 */
                                managedBy: "wso2";
                                readonly readOnly: boolean;
                                metadata: {
                                    endpointUrl?: string;
                                    auth?: {
                                        /** @enum {string} */
                                        type: "apiKey";
                                        header: string;
                                        valuePrefix?: string;
                                    };
                                };
                                promptTokens: {
                                    /** @enum {string} */
                                    location: "payload" | "header" | "pathParam";
                                    identifier: string;
                                };
                                completionTokens: {
                                    /** @enum {string} */
                                    location: "payload" | "header" | "pathParam";
                                    identifier: string;
                                };
                                totalTokens?: {
                                    /** @enum {string} */
                                    location: "payload" | "header" | "pathParam";
                                    identifier: string;
                                };
                                remainingTokens?: {
                                    /** @enum {string} */
                                    location: "payload" | "header" | "pathParam";
                                    identifier: string;
                                };
                                requestModel: {
                                    /** @enum {string} */
                                    location: "payload" | "header" | "pathParam";
                                    identifier: string;
                                };
                                responseModel: {
                                    /** @enum {string} */
                                    location: "payload" | "header" | "pathParam";
                                    identifier: string;
                                };
                                resourceMappings?: {
                                    resources: {
                                        resource: string;
                                        promptTokens: {
                                            /** @enum {string} */
                                            location: "payload" | "header" | "pathParam";
                                            identifier: string;
                                        };
                                        completionTokens: {
                                            /** @enum {string} */
                                            location: "payload" | "header" | "pathParam";
                                            identifier: string;
                                        };
                                    }[];
                                };
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Create an LLM provider template
         * @description Not possible: always 405.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-provider-templates/{llmProviderTemplateId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an LLM provider template */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The template's id. */
                    llmProviderTemplateId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            /**
                             * @description Built into gateways.
                             * @enum {string}
                             */
                            managedBy: "wso2";
                            readonly readOnly: boolean;
                            metadata: {
                                endpointUrl?: string;
                                auth?: {
                                    /** @enum {string} */
                                    type: "apiKey";
                                    header: string;
                                    valuePrefix?: string;
                                };
                            };
                            promptTokens: {
                                /** @enum {string} */
                                location: "payload" | "header" | "pathParam";
                                identifier: string;
                            };
                            completionTokens: {
                                /** @enum {string} */
                                location: "payload" | "header" | "pathParam";
                                identifier: string;
                            };
                            totalTokens?: {
                                /** @enum {string} */
                                location: "payload" | "header" | "pathParam";
                                identifier: string;
                            };
                            remainingTokens?: {
                                /** @enum {string} */
                                location: "payload" | "header" | "pathParam";
                                identifier: string;
                            };
                            requestModel: {
                                /** @enum {string} */
                                location: "payload" | "header" | "pathParam";
                                identifier: string;
                            };
                            responseModel: {
                                /** @enum {string} */
                                location: "payload" | "header" | "pathParam";
                                identifier: string;
                            };
                            resourceMappings?: {
                                resources: {
                                    resource: string;
                                    promptTokens: {
                                        /** @enum {string} */
                                        location: "payload" | "header" | "pathParam";
                                        identifier: string;
                                    };
                                    completionTokens: {
                                        /** @enum {string} */
                                        location: "payload" | "header" | "pathParam";
                                        identifier: string;
                                    };
                                }[];
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change an LLM provider template
         * @description Not possible: always 405.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    llmProviderTemplateId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete an LLM provider template
         * @description Not possible: always 405.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    llmProviderTemplateId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a part of an LLM provider template
         * @description Not possible: always 405.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    llmProviderTemplateId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0.9/llm-provider-templates/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Copy an LLM provider template
         * @description Not possible: always 405.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis/{artifactId}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys: REST API
         * @description Your own; those of others too with the scope ap:api_key:all:manage.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** @description Unique within the artifact; never changes. */
                                id: string;
                                displayName: string;
                                /** @description The artifact's id. */
                                artifactId: string;
                                /** @enum {string} */
                                kind: "RestApi" | "LlmProvider" | "LlmProxy";
                                maskedApiKey: string;
                                /** @enum {string} */
                                status: "active" | "expired";
                                externalRefId?: string;
                                issuer?: string;
                                /** Format: date-time */
                                expiresAt?: string;
                                /** @description Empty: all gateways that have the artifact. */
                                allowedTargets: string[];
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Make an API key: REST API
         * @description Gateways that have the artifact learn its hash at once, others when they get the artifact.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Unique within the artifact; never changes. */
                        id?: string;
                        displayName: string;
                        /** @description How the issuer calls it. */
                        externalRefId?: string;
                        /** @description Who issued it; gateways may ask for the keys of one issuer alone. */
                        issuer?: string;
                        /**
                         * Format: date-time
                         * @description In the future. Without it and expiresIn the key never ends.
                         */
                        expiresAt?: string;
                        /** @description Instead of expiresAt. */
                        expiresIn?: {
                            duration: number;
                            /** @enum {string} */
                            unit: "seconds" | "minutes" | "hours" | "days" | "weeks" | "months";
                        };
                        /** @description Ids of the gateways that may know it; `ALL`, or left out: all that have the artifact. */
                        allowedTargets?: string[];
                        /** @description What callers will send: printable ASCII without spaces. Kept as a hash only. */
                        apiKey: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "success";
                            message: string;
                            /** @description Unique within the artifact; never changes. */
                            id: string;
                            /** @description Where it was generated: shown here and never again. */
                            apiKey?: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis/{artifactId}/api-keys/{apiKeyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key: REST API
         * @description One of yours; those of others too with the scope ap:api_key:all:manage. The key itself is never shown.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Unique within the artifact; never changes. */
                            id: string;
                            displayName: string;
                            /** @description The artifact's id. */
                            artifactId: string;
                            /** @enum {string} */
                            kind: "RestApi" | "LlmProvider" | "LlmProxy";
                            maskedApiKey: string;
                            /** @enum {string} */
                            status: "active" | "expired";
                            externalRefId?: string;
                            issuer?: string;
                            /** Format: date-time */
                            expiresAt?: string;
                            /** @description Empty: all gateways that have the artifact. */
                            allowedTargets: string[];
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change an API key: REST API
         * @description Gateways that are not among allowedTargets any more lose it.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Unique within the artifact; never changes. */
                        id?: string;
                        displayName: string;
                        /** @description How the issuer calls it. */
                        externalRefId?: string;
                        /** @description Who issued it; gateways may ask for the keys of one issuer alone. */
                        issuer?: string;
                        /**
                         * Format: date-time
                         * @description In the future. Without it and expiresIn the key never ends.
                         */
                        expiresAt?: string;
                        /** @description Instead of expiresAt. */
                        expiresIn?: {
                            duration: number;
                            /** @enum {string} */
                            unit: "seconds" | "minutes" | "hours" | "days" | "weeks" | "months";
                        };
                        /** @description Ids of the gateways that may know it; `ALL`, or left out: all that have the artifact. */
                        allowedTargets?: string[];
                        /** @description Takes the place of the old one; left out: that stays. */
                        apiKey?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "success";
                            message: string;
                            /** @description Unique within the artifact; never changes. */
                            id: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Revoke an API key: REST API */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers/{artifactId}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys: LLM provider
         * @description Your own; those of others too with the scope ap:api_key:all:manage.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** @description Unique within the artifact; never changes. */
                                id: string;
                                displayName: string;
                                /** @description The artifact's id. */
                                artifactId: string;
                                /** @enum {string} */
                                kind: "RestApi" | "LlmProvider" | "LlmProxy";
                                maskedApiKey: string;
                                /** @enum {string} */
                                status: "active" | "expired";
                                externalRefId?: string;
                                issuer?: string;
                                /** Format: date-time */
                                expiresAt?: string;
                                /** @description Empty: all gateways that have the artifact. */
                                allowedTargets: string[];
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Make an API key: LLM provider
         * @description Gateways that have the artifact learn its hash at once, others when they get the artifact.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Unique within the artifact; never changes. */
                        id?: string;
                        displayName: string;
                        /** @description How the issuer calls it. */
                        externalRefId?: string;
                        /** @description Who issued it; gateways may ask for the keys of one issuer alone. */
                        issuer?: string;
                        /**
                         * Format: date-time
                         * @description In the future. Without it and expiresIn the key never ends.
                         */
                        expiresAt?: string;
                        /** @description Instead of expiresAt. */
                        expiresIn?: {
                            duration: number;
                            /** @enum {string} */
                            unit: "seconds" | "minutes" | "hours" | "days" | "weeks" | "months";
                        };
                        /** @description Ids of the gateways that may know it; `ALL`, or left out: all that have the artifact. */
                        allowedTargets?: string[];
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "success";
                            message: string;
                            /** @description Unique within the artifact; never changes. */
                            id: string;
                            /** @description Where it was generated: shown here and never again. */
                            apiKey?: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers/{artifactId}/api-keys/{apiKeyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key: LLM provider
         * @description One of yours; those of others too with the scope ap:api_key:all:manage. The key itself is never shown.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Unique within the artifact; never changes. */
                            id: string;
                            displayName: string;
                            /** @description The artifact's id. */
                            artifactId: string;
                            /** @enum {string} */
                            kind: "RestApi" | "LlmProvider" | "LlmProxy";
                            maskedApiKey: string;
                            /** @enum {string} */
                            status: "active" | "expired";
                            externalRefId?: string;
                            issuer?: string;
                            /** Format: date-time */
                            expiresAt?: string;
                            /** @description Empty: all gateways that have the artifact. */
                            allowedTargets: string[];
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change an API key: LLM provider
         * @description Gateways that are not among allowedTargets any more lose it.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Unique within the artifact; never changes. */
                        id?: string;
                        displayName: string;
                        /** @description How the issuer calls it. */
                        externalRefId?: string;
                        /** @description Who issued it; gateways may ask for the keys of one issuer alone. */
                        issuer?: string;
                        /**
                         * Format: date-time
                         * @description In the future. Without it and expiresIn the key never ends.
                         */
                        expiresAt?: string;
                        /** @description Instead of expiresAt. */
                        expiresIn?: {
                            duration: number;
                            /** @enum {string} */
                            unit: "seconds" | "minutes" | "hours" | "days" | "weeks" | "months";
                        };
                        /** @description Ids of the gateways that may know it; `ALL`, or left out: all that have the artifact. */
                        allowedTargets?: string[];
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "success";
                            message: string;
                            /** @description Unique within the artifact; never changes. */
                            id: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Revoke an API key: LLM provider */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-proxies/{artifactId}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys: LLM proxy
         * @description Your own; those of others too with the scope ap:api_key:all:manage.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** @description Unique within the artifact; never changes. */
                                id: string;
                                displayName: string;
                                /** @description The artifact's id. */
                                artifactId: string;
                                /** @enum {string} */
                                kind: "RestApi" | "LlmProvider" | "LlmProxy";
                                maskedApiKey: string;
                                /** @enum {string} */
                                status: "active" | "expired";
                                externalRefId?: string;
                                issuer?: string;
                                /** Format: date-time */
                                expiresAt?: string;
                                /** @description Empty: all gateways that have the artifact. */
                                allowedTargets: string[];
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Make an API key: LLM proxy
         * @description Gateways that have the artifact learn its hash at once, others when they get the artifact.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Unique within the artifact; never changes. */
                        id?: string;
                        displayName: string;
                        /** @description How the issuer calls it. */
                        externalRefId?: string;
                        /** @description Who issued it; gateways may ask for the keys of one issuer alone. */
                        issuer?: string;
                        /**
                         * Format: date-time
                         * @description In the future. Without it and expiresIn the key never ends.
                         */
                        expiresAt?: string;
                        /** @description Instead of expiresAt. */
                        expiresIn?: {
                            duration: number;
                            /** @enum {string} */
                            unit: "seconds" | "minutes" | "hours" | "days" | "weeks" | "months";
                        };
                        /** @description Ids of the gateways that may know it; `ALL`, or left out: all that have the artifact. */
                        allowedTargets?: string[];
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "success";
                            message: string;
                            /** @description Unique within the artifact; never changes. */
                            id: string;
                            /** @description Where it was generated: shown here and never again. */
                            apiKey?: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-proxies/{artifactId}/api-keys/{apiKeyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key: LLM proxy
         * @description One of yours; those of others too with the scope ap:api_key:all:manage. The key itself is never shown.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Unique within the artifact; never changes. */
                            id: string;
                            displayName: string;
                            /** @description The artifact's id. */
                            artifactId: string;
                            /** @enum {string} */
                            kind: "RestApi" | "LlmProvider" | "LlmProxy";
                            maskedApiKey: string;
                            /** @enum {string} */
                            status: "active" | "expired";
                            externalRefId?: string;
                            issuer?: string;
                            /** Format: date-time */
                            expiresAt?: string;
                            /** @description Empty: all gateways that have the artifact. */
                            allowedTargets: string[];
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change an API key: LLM proxy
         * @description Gateways that are not among allowedTargets any more lose it.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Unique within the artifact; never changes. */
                        id?: string;
                        displayName: string;
                        /** @description How the issuer calls it. */
                        externalRefId?: string;
                        /** @description Who issued it; gateways may ask for the keys of one issuer alone. */
                        issuer?: string;
                        /**
                         * Format: date-time
                         * @description In the future. Without it and expiresIn the key never ends.
                         */
                        expiresAt?: string;
                        /** @description Instead of expiresAt. */
                        expiresIn?: {
                            duration: number;
                            /** @enum {string} */
                            unit: "seconds" | "minutes" | "hours" | "days" | "weeks" | "months";
                        };
                        /** @description Ids of the gateways that may know it; `ALL`, or left out: all that have the artifact. */
                        allowedTargets?: string[];
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "success";
                            message: string;
                            /** @description Unique within the artifact; never changes. */
                            id: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Revoke an API key: LLM proxy */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The artifact's id. */
                    artifactId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/me/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the API keys that you have made */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** @description Unique within the artifact; never changes. */
                                id: string;
                                displayName: string;
                                /** @description The artifact's id. */
                                artifactId: string;
                                /** @enum {string} */
                                kind: "RestApi" | "LlmProvider" | "LlmProxy";
                                maskedApiKey: string;
                                /** @enum {string} */
                                status: "active" | "expired";
                                externalRefId?: string;
                                issuer?: string;
                                /** Format: date-time */
                                expiresAt?: string;
                                /** @description Empty: all gateways that have the artifact. */
                                allowedTargets: string[];
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/subscription-plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List subscription plans */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                displayName: string;
                                description?: string;
                                /** @description One per time unit. Gateways are told the first: their protocol has room for one. */
                                limits: {
                                    /**
                                     * @default REQUEST_COUNT
                                     * @enum {string}
                                     */
                                    limitType: "REQUEST_COUNT";
                                    /** @enum {string} */
                                    timeUnit: "MINUTE" | "HOUR" | "DAY" | "MONTH";
                                    /**
                                     * @description Gateways count per one unit.
                                     * @default 1
                                     */
                                    timeAmount: number;
                                    limitCount: number;
                                    /**
                                     * @description The same in all limits of a plan.
                                     * @default true
                                     */
                                    stopOnQuotaReach: boolean;
                                }[];
                                /**
                                 * Format: date-time
                                 * @description In the future; without it the plan never ends.
                                 */
                                expiryTime?: string;
                                /**
                                 * @default ACTIVE
                                 * @enum {string}
                                 */
                                status: "ACTIVE" | "INACTIVE";
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a subscription plan
         * @description Every gateway of the organization is told.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /** @description One per time unit. Gateways are told the first: their protocol has room for one. */
                        limits?: {
                            /**
                             * @default REQUEST_COUNT
                             * @enum {string}
                             */
                            limitType?: "REQUEST_COUNT";
                            /** @enum {string} */
                            timeUnit: "MINUTE" | "HOUR" | "DAY" | "MONTH";
                            /**
                             * @description Gateways count per one unit.
                             * @default 1
                             */
                            timeAmount?: number;
                            limitCount: number;
                            /**
                             * @description The same in all limits of a plan.
                             * @default true
                             */
                            stopOnQuotaReach?: boolean;
                        }[];
                        /**
                         * Format: date-time
                         * @description In the future; without it the plan never ends.
                         */
                        expiryTime?: string;
                        /**
                         * @default ACTIVE
                         * @enum {string}
                         */
                        status?: "ACTIVE" | "INACTIVE";
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            /** @description One per time unit. Gateways are told the first: their protocol has room for one. */
                            limits: {
                                /**
                                 * @default REQUEST_COUNT
                                 * @enum {string}
                                 */
                                limitType: "REQUEST_COUNT";
                                /** @enum {string} */
                                timeUnit: "MINUTE" | "HOUR" | "DAY" | "MONTH";
                                /**
                                 * @description Gateways count per one unit.
                                 * @default 1
                                 */
                                timeAmount: number;
                                limitCount: number;
                                /**
                                 * @description The same in all limits of a plan.
                                 * @default true
                                 */
                                stopOnQuotaReach: boolean;
                            }[];
                            /**
                             * Format: date-time
                             * @description In the future; without it the plan never ends.
                             */
                            expiryTime?: string;
                            /**
                             * @default ACTIVE
                             * @enum {string}
                             */
                            status: "ACTIVE" | "INACTIVE";
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/subscription-plans/{subscriptionPlanId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a subscription plan */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The subscription plan's id. */
                    subscriptionPlanId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            /** @description One per time unit. Gateways are told the first: their protocol has room for one. */
                            limits: {
                                /**
                                 * @default REQUEST_COUNT
                                 * @enum {string}
                                 */
                                limitType: "REQUEST_COUNT";
                                /** @enum {string} */
                                timeUnit: "MINUTE" | "HOUR" | "DAY" | "MONTH";
                                /**
                                 * @description Gateways count per one unit.
                                 * @default 1
                                 */
                                timeAmount: number;
                                limitCount: number;
                                /**
                                 * @description The same in all limits of a plan.
                                 * @default true
                                 */
                                stopOnQuotaReach: boolean;
                            }[];
                            /**
                             * Format: date-time
                             * @description In the future; without it the plan never ends.
                             */
                            expiryTime?: string;
                            /**
                             * @default ACTIVE
                             * @enum {string}
                             */
                            status: "ACTIVE" | "INACTIVE";
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change a subscription plan
         * @description Every gateway of the organization is told.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The subscription plan's id. */
                    subscriptionPlanId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /** @description One per time unit. Gateways are told the first: their protocol has room for one. */
                        limits?: {
                            /**
                             * @default REQUEST_COUNT
                             * @enum {string}
                             */
                            limitType?: "REQUEST_COUNT";
                            /** @enum {string} */
                            timeUnit: "MINUTE" | "HOUR" | "DAY" | "MONTH";
                            /**
                             * @description Gateways count per one unit.
                             * @default 1
                             */
                            timeAmount?: number;
                            limitCount: number;
                            /**
                             * @description The same in all limits of a plan.
                             * @default true
                             */
                            stopOnQuotaReach?: boolean;
                        }[];
                        /**
                         * Format: date-time
                         * @description In the future; without it the plan never ends.
                         */
                        expiryTime?: string;
                        /**
                         * @default ACTIVE
                         * @enum {string}
                         */
                        status?: "ACTIVE" | "INACTIVE";
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            /** @description One per time unit. Gateways are told the first: their protocol has room for one. */
                            limits: {
                                /**
                                 * @default REQUEST_COUNT
                                 * @enum {string}
                                 */
                                limitType: "REQUEST_COUNT";
                                /** @enum {string} */
                                timeUnit: "MINUTE" | "HOUR" | "DAY" | "MONTH";
                                /**
                                 * @description Gateways count per one unit.
                                 * @default 1
                                 */
                                timeAmount: number;
                                limitCount: number;
                                /**
                                 * @description The same in all limits of a plan.
                                 * @default true
                                 */
                                stopOnQuotaReach: boolean;
                            }[];
                            /**
                             * Format: date-time
                             * @description In the future; without it the plan never ends.
                             */
                            expiryTime?: string;
                            /**
                             * @default ACTIVE
                             * @enum {string}
                             */
                            status: "ACTIVE" | "INACTIVE";
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a subscription plan
         * @description Not while subscriptions have it.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The subscription plan's id. */
                    subscriptionPlanId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List subscriptions */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    artifactId?: string;
                    kind?: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                    applicationId?: string;
                    subscriberId?: string;
                    status?: "ACTIVE" | "INACTIVE" | "REVOKED";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** Format: uuid */
                                id: string;
                                artifactId: string;
                                /** @enum {string} */
                                kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                subscriberId: string;
                                subscriptionToken: string;
                                /** @description The plan's id. */
                                subscriptionPlanId?: string;
                                /** @description The application's id. */
                                applicationId?: string;
                                /** @enum {string} */
                                status: "ACTIVE" | "INACTIVE" | "REVOKED";
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Subscribe to an artifact
         * @description One per subscriber and artifact. Gateways that have the artifact learn of it at once.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        readonly id?: string;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                        /** @description The artifact's id. */
                        artifactId: string;
                        /**
                         * @default RestApi
                         * @enum {string}
                         */
                        kind?: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                        /** @description Who uses it; you, when left out. */
                        subscriberId?: string;
                        /** @description What the subscriber will send: printable ASCII without spaces. Never changes. Generated when left out. */
                        subscriptionToken?: string;
                        /** @description The plan's id. */
                        subscriptionPlanId?: string;
                        /** @description The application's id. */
                        applicationId?: string;
                        /**
                         * @default ACTIVE
                         * @enum {string}
                         */
                        status?: "ACTIVE" | "INACTIVE" | "REVOKED";
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            artifactId: string;
                            /** @enum {string} */
                            kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                            subscriberId: string;
                            subscriptionToken: string;
                            /** @description The plan's id. */
                            subscriptionPlanId?: string;
                            /** @description The application's id. */
                            applicationId?: string;
                            /** @enum {string} */
                            status: "ACTIVE" | "INACTIVE" | "REVOKED";
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/subscriptions/{subscriptionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a subscription */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The subscription's id. */
                    subscriptionId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            artifactId: string;
                            /** @enum {string} */
                            kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                            subscriberId: string;
                            subscriptionToken: string;
                            /** @description The plan's id. */
                            subscriptionPlanId?: string;
                            /** @description The application's id. */
                            applicationId?: string;
                            /** @enum {string} */
                            status: "ACTIVE" | "INACTIVE" | "REVOKED";
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Change a subscription
         * @description Its status, plan and application: a plan or application that is left out is taken away.
         */
        put: {
            parameters: {
                query?: {
                    /** @description Found only if it is the subscription of this one. */
                    subscriberId?: string;
                };
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The subscription's id. */
                    subscriptionId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        readonly id?: string;
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                        /** @description Never changes. */
                        artifactId?: string;
                        /** @description Never changes. */
                        kind?: string;
                        /** @description Never changes. */
                        subscriberId?: string;
                        /** @description Never changes. */
                        subscriptionToken?: string;
                        /** @description The plan's id. */
                        subscriptionPlanId?: string;
                        /** @description The application's id. */
                        applicationId?: string;
                        /** @enum {string} */
                        status: "ACTIVE" | "INACTIVE" | "REVOKED";
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            artifactId: string;
                            /** @enum {string} */
                            kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                            subscriberId: string;
                            subscriptionToken: string;
                            /** @description The plan's id. */
                            subscriptionPlanId?: string;
                            /** @description The application's id. */
                            applicationId?: string;
                            /** @enum {string} */
                            status: "ACTIVE" | "INACTIVE" | "REVOKED";
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** End a subscription */
        delete: {
            parameters: {
                query?: {
                    /** @description Found only if it is the subscription of this one. */
                    subscriberId?: string;
                };
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The subscription's id. */
                    subscriptionId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/applications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List applications */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description name: the display name. */
                    sortBy?: "name" | "createdAt";
                    sortOrder?: "asc" | "desc";
                    /** @description Only those whose id contains this. */
                    query?: string;
                    /** @description Only those of this project. */
                    projectId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                displayName: string;
                                description?: string;
                                /** @description The project's id. */
                                projectId?: string;
                                /** @enum {string} */
                                type: "genai" | "web";
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Create an application */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /** @description The project's id. */
                        projectId?: string;
                        /**
                         * @default web
                         * @enum {string}
                         */
                        type?: "genai" | "web";
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId?: string;
                            /** @enum {string} */
                            type: "genai" | "web";
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/applications/{applicationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an application */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The application's id. */
                    applicationId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId?: string;
                            /** @enum {string} */
                            type: "genai" | "web";
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Change an application */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The application's id. */
                    applicationId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        displayName: string;
                        description?: string;
                        /** @description The project's id. */
                        projectId?: string;
                        /**
                         * @default web
                         * @enum {string}
                         */
                        type?: "genai" | "web";
                        readonly createdBy?: string;
                        /** Format: date-time */
                        readonly createdAt?: string;
                        /** Format: date-time */
                        readonly updatedAt?: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        /** @description Another one after each edit. To be sent back in `If-Match`. */
                        etag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            description?: string;
                            /** @description The project's id. */
                            projectId?: string;
                            /** @enum {string} */
                            type: "genai" | "web";
                            readonly createdBy: string;
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly updatedAt: string;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete an application
         * @description Not while it has subscriptions. Its API keys stay.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` of what was read (or several, or `*`): the request takes effect only if the resource is still so, else 412. */
                    "if-match"?: string;
                };
                path: {
                    /** @description The application's id. */
                    applicationId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/applications/{applicationId}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List an application's API keys */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                };
                header?: never;
                path: {
                    /** @description The application's id. */
                    applicationId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** @description Unique within the artifact; never changes. */
                                id: string;
                                displayName: string;
                                /** @description The artifact's id. */
                                artifactId: string;
                                /** @enum {string} */
                                kind: "RestApi" | "LlmProvider" | "LlmProxy";
                                maskedApiKey: string;
                                /** @enum {string} */
                                status: "active" | "expired";
                                externalRefId?: string;
                                issuer?: string;
                                /** Format: date-time */
                                expiresAt?: string;
                                /** @description Empty: all gateways that have the artifact. */
                                allowedTargets: string[];
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Map API keys to an application
         * @description Besides those that are mapped to it; 8000 at most in all.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The application's id. */
                    applicationId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        apiKeys: {
                            /** @description The API key's id. */
                            id: string;
                            /** @description The artifact's id. */
                            artifactId: string;
                            /**
                             * @default RestApi
                             * @enum {string}
                             */
                            kind?: "RestApi" | "LlmProvider" | "LlmProxy";
                        }[];
                    };
                };
            };
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                /** @description Unique within the artifact; never changes. */
                                id: string;
                                displayName: string;
                                /** @description The artifact's id. */
                                artifactId: string;
                                /** @enum {string} */
                                kind: "RestApi" | "LlmProvider" | "LlmProxy";
                                maskedApiKey: string;
                                /** @enum {string} */
                                status: "active" | "expired";
                                externalRefId?: string;
                                issuer?: string;
                                /** Format: date-time */
                                expiresAt?: string;
                                /** @description Empty: all gateways that have the artifact. */
                                allowedTargets: string[];
                                readonly createdBy: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** Format: date-time */
                                readonly updatedAt: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/applications/{applicationId}/api-keys/{apiKeyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take an API key away from an application
         * @description artifactId and kind tell which one, if several are called so.
         */
        delete: {
            parameters: {
                query?: {
                    /** @description The artifact's id. */
                    artifactId?: string;
                    /** @description Another name of artifactId (management API 5.3). */
                    entityID?: string;
                    kind?: "RestApi" | "LlmProvider" | "LlmProxy";
                };
                header?: never;
                path: {
                    /** @description The application's id. */
                    applicationId: string;
                    /** @description The API key's id. */
                    apiKeyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/gateway-statuses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List where gateways stand: connection, lag, drift, last refusal */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those that are (not) connected. */
                    connected?: boolean;
                    /** @description Only those with (without) a drifted artifact. */
                    drifted?: boolean;
                    /** @description Only those that are at least so many events behind. */
                    lagMin?: number;
                    /** @description Only those whose id or display name contains this, in any case. */
                    query?: string;
                    sortBy?: "name" | "lag" | "connectedAt" | "createdAt";
                    /** @description `asc` by name, else `desc` by default. */
                    sortOrder?: "asc" | "desc";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                id: string;
                                displayName: string;
                                isConnected: boolean;
                                /** @description One per socket, on whichever edge. */
                                connections: {
                                    /** Format: uuid */
                                    edgeId: string;
                                    /** Format: date-time */
                                    connectedAt: string;
                                    remoteAddress: string;
                                }[];
                                /** @description What the gateway runs, as its manifest says. */
                                release?: string;
                                /** @description Up to this revision it has confirmed everything. Left out: that can't be told any more, and a full resync is owed. */
                                cursor?: number;
                                /** @description The organization's last revision. */
                                head: number;
                                lag: {
                                    /** @description Events for it, its own and the organization's, that it has not confirmed. */
                                    events: number;
                                    /** @description Since the oldest of them was committed. */
                                    oldestAgeMs?: number;
                                };
                                /** @description How many artifacts have a place on it. */
                                artifacts: {
                                    inStep: number;
                                    /** @description What it is known to hold is not what was decided. */
                                    drifted: number;
                                    /** @description Since the oldest decision that it is drifted from. */
                                    driftedForMsMax?: number;
                                };
                                lastEvent?: {
                                    /** Format: uuid */
                                    correlationId: string;
                                    /** @description Of the event. */
                                    revision: number;
                                    type: string;
                                    /** Format: date-time */
                                    committedAt: string;
                                };
                                /** @description Its latest verdict, also while something else is under way. */
                                lastAck?: {
                                    artifact: {
                                        /** @enum {string} */
                                        kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                        id: string;
                                    };
                                    /** @enum {string} */
                                    status: "DEPLOYED" | "UNDEPLOYED" | "FAILED";
                                    /** Format: date-time */
                                    at: string;
                                };
                                /** @description The latest of what it refused, or did not answer in time, and has acked nothing of since; also while that is issued again. */
                                lastRefusal?: {
                                    artifact: {
                                        /** @enum {string} */
                                        kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                        id: string;
                                    };
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /** @enum {string} */
                                    reason: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                    /** Format: date-time */
                                    at: string;
                                };
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/gateways/{gatewayId}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get where a gateway stands, with its manifest and token ages */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The gateway's id. */
                    gatewayId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            displayName: string;
                            isConnected: boolean;
                            /** @description One per socket, on whichever edge. */
                            connections: {
                                /** Format: uuid */
                                edgeId: string;
                                /** Format: date-time */
                                connectedAt: string;
                                remoteAddress: string;
                            }[];
                            /** @description What the gateway runs, as its manifest says. */
                            release?: string;
                            /** @description Up to this revision it has confirmed everything. Left out: that can't be told any more, and a full resync is owed. */
                            cursor?: number;
                            /** @description The organization's last revision. */
                            head: number;
                            lag: {
                                /** @description Events for it, its own and the organization's, that it has not confirmed. */
                                events: number;
                                /** @description Since the oldest of them was committed. */
                                oldestAgeMs?: number;
                            };
                            /** @description How many artifacts have a place on it. */
                            artifacts: {
                                inStep: number;
                                /** @description What it is known to hold is not what was decided. */
                                drifted: number;
                                /** @description Since the oldest decision that it is drifted from. */
                                driftedForMsMax?: number;
                            };
                            lastEvent?: {
                                /** Format: uuid */
                                correlationId: string;
                                /** @description Of the event. */
                                revision: number;
                                type: string;
                                /** Format: date-time */
                                committedAt: string;
                            };
                            /** @description Its latest verdict, also while something else is under way. */
                            lastAck?: {
                                artifact: {
                                    /** @enum {string} */
                                    kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                    id: string;
                                };
                                /** @enum {string} */
                                status: "DEPLOYED" | "UNDEPLOYED" | "FAILED";
                                /** Format: date-time */
                                at: string;
                            };
                            /** @description The latest of what it refused, or did not answer in time, and has acked nothing of since; also while that is issued again. */
                            lastRefusal?: {
                                artifact: {
                                    /** @enum {string} */
                                    kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                    id: string;
                                };
                                /** Format: uuid */
                                deploymentId?: string;
                                /** @enum {string} */
                                reason: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** Format: date-time */
                                at: string;
                            };
                            manifest?: {
                                /** @description What the gateway runs, as its manifest says. */
                                release?: string;
                                /** Format: date-time */
                                receivedAt: string;
                            };
                            /** @description The active ones, newest first. */
                            tokens: {
                                /** Format: uuid */
                                id: string;
                                /** Format: date-time */
                                createdAt: string;
                                /** @description Since it was made. */
                                ageMs: number;
                            }[];
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/gateways/{gatewayId}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what has a place on a gateway: desired and actual */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those that are (not) drifted. */
                    drifted?: boolean;
                    /** @description Only those where the artifact's id or display name contains this, in any case. */
                    query?: string;
                };
                header?: never;
                path: {
                    /** @description The gateway's id. */
                    gatewayId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                artifact: {
                                    /** @enum {string} */
                                    kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                    id: string;
                                    displayName: string;
                                };
                                gateway: {
                                    id: string;
                                    displayName: string;
                                    isConnected: boolean;
                                };
                                desired: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was decided; issuing it again changes nothing here.
                                     */
                                    since: string;
                                };
                                /** @description What the gateway last acked; left out: it has acked nothing. */
                                actual?: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /** Format: date-time */
                                    since?: string;
                                };
                                /** @enum {string} */
                                status: "DEPLOYING" | "DEPLOYED" | "UNDEPLOYING" | "UNDEPLOYED" | "FAILED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** @description What the gateway is known to hold is what was decided. */
                                isInStep: boolean;
                                /** @description Since what it lacks was decided. */
                                driftedForMs?: number;
                                /**
                                 * Format: uuid
                                 * @description Of the decision's event.
                                 */
                                correlationId: string;
                                /** @description Of the decision's event. */
                                revision: number;
                                /** @description How often the decision was issued again by itself. */
                                reissues: number;
                                /** Format: date-time */
                                writtenAt?: string;
                                /** Format: date-time */
                                confirmedAt?: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/rest-apis/{artifactId}/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List where a REST API has a place: desired and actual of every gateway
         * @description Every gateway on which it has or had a deployment.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those that are (not) drifted. */
                    drifted?: boolean;
                    /** @description Only those where the gateway's id or display name contains this, in any case. */
                    query?: string;
                };
                header?: never;
                path: {
                    /** @description The REST API's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                artifact: {
                                    /** @enum {string} */
                                    kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                    id: string;
                                    displayName: string;
                                };
                                gateway: {
                                    id: string;
                                    displayName: string;
                                    isConnected: boolean;
                                };
                                desired: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was decided; issuing it again changes nothing here.
                                     */
                                    since: string;
                                };
                                /** @description What the gateway last acked; left out: it has acked nothing. */
                                actual?: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /** Format: date-time */
                                    since?: string;
                                };
                                /** @enum {string} */
                                status: "DEPLOYING" | "DEPLOYED" | "UNDEPLOYING" | "UNDEPLOYED" | "FAILED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** @description What the gateway is known to hold is what was decided. */
                                isInStep: boolean;
                                /** @description Since what it lacks was decided. */
                                driftedForMs?: number;
                                /**
                                 * Format: uuid
                                 * @description Of the decision's event.
                                 */
                                correlationId: string;
                                /** @description Of the decision's event. */
                                revision: number;
                                /** @description How often the decision was issued again by itself. */
                                reissues: number;
                                /** Format: date-time */
                                writtenAt?: string;
                                /** Format: date-time */
                                confirmedAt?: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-providers/{artifactId}/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List where a LLM provider has a place: desired and actual of every gateway
         * @description Every gateway on which it has or had a deployment.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those that are (not) drifted. */
                    drifted?: boolean;
                    /** @description Only those where the gateway's id or display name contains this, in any case. */
                    query?: string;
                };
                header?: never;
                path: {
                    /** @description The LLM provider's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                artifact: {
                                    /** @enum {string} */
                                    kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                    id: string;
                                    displayName: string;
                                };
                                gateway: {
                                    id: string;
                                    displayName: string;
                                    isConnected: boolean;
                                };
                                desired: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was decided; issuing it again changes nothing here.
                                     */
                                    since: string;
                                };
                                /** @description What the gateway last acked; left out: it has acked nothing. */
                                actual?: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /** Format: date-time */
                                    since?: string;
                                };
                                /** @enum {string} */
                                status: "DEPLOYING" | "DEPLOYED" | "UNDEPLOYING" | "UNDEPLOYED" | "FAILED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** @description What the gateway is known to hold is what was decided. */
                                isInStep: boolean;
                                /** @description Since what it lacks was decided. */
                                driftedForMs?: number;
                                /**
                                 * Format: uuid
                                 * @description Of the decision's event.
                                 */
                                correlationId: string;
                                /** @description Of the decision's event. */
                                revision: number;
                                /** @description How often the decision was issued again by itself. */
                                reissues: number;
                                /** Format: date-time */
                                writtenAt?: string;
                                /** Format: date-time */
                                confirmedAt?: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/llm-proxies/{artifactId}/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List where a LLM proxy has a place: desired and actual of every gateway
         * @description Every gateway on which it has or had a deployment.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those that are (not) drifted. */
                    drifted?: boolean;
                    /** @description Only those where the gateway's id or display name contains this, in any case. */
                    query?: string;
                };
                header?: never;
                path: {
                    /** @description The LLM proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                artifact: {
                                    /** @enum {string} */
                                    kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                    id: string;
                                    displayName: string;
                                };
                                gateway: {
                                    id: string;
                                    displayName: string;
                                    isConnected: boolean;
                                };
                                desired: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was decided; issuing it again changes nothing here.
                                     */
                                    since: string;
                                };
                                /** @description What the gateway last acked; left out: it has acked nothing. */
                                actual?: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /** Format: date-time */
                                    since?: string;
                                };
                                /** @enum {string} */
                                status: "DEPLOYING" | "DEPLOYED" | "UNDEPLOYING" | "UNDEPLOYED" | "FAILED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** @description What the gateway is known to hold is what was decided. */
                                isInStep: boolean;
                                /** @description Since what it lacks was decided. */
                                driftedForMs?: number;
                                /**
                                 * Format: uuid
                                 * @description Of the decision's event.
                                 */
                                correlationId: string;
                                /** @description Of the decision's event. */
                                revision: number;
                                /** @description How often the decision was issued again by itself. */
                                reissues: number;
                                /** Format: date-time */
                                writtenAt?: string;
                                /** Format: date-time */
                                confirmedAt?: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/mcp-proxies/{artifactId}/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List where a MCP proxy has a place: desired and actual of every gateway
         * @description Every gateway on which it has or had a deployment.
         */
        get: {
            parameters: {
                query?: {
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                    /** @description How many to leave out from the beginning. */
                    offset?: number;
                    /** @description Only those that are (not) drifted. */
                    drifted?: boolean;
                    /** @description Only those where the gateway's id or display name contains this, in any case. */
                    query?: string;
                };
                header?: never;
                path: {
                    /** @description The MCP proxy's id. */
                    artifactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                artifact: {
                                    /** @enum {string} */
                                    kind: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                    id: string;
                                    displayName: string;
                                };
                                gateway: {
                                    id: string;
                                    displayName: string;
                                    isConnected: boolean;
                                };
                                desired: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /**
                                     * Format: date-time
                                     * @description When it was decided; issuing it again changes nothing here.
                                     */
                                    since: string;
                                };
                                /** @description What the gateway last acked; left out: it has acked nothing. */
                                actual?: {
                                    /** @enum {string} */
                                    state: "DEPLOYED" | "UNDEPLOYED";
                                    /** Format: uuid */
                                    deploymentId?: string;
                                    /** Format: date-time */
                                    since?: string;
                                };
                                /** @enum {string} */
                                status: "DEPLOYING" | "DEPLOYED" | "UNDEPLOYING" | "UNDEPLOYED" | "FAILED";
                                /** @enum {string} */
                                statusReason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** @description What the gateway is known to hold is what was decided. */
                                isInStep: boolean;
                                /** @description Since what it lacks was decided. */
                                driftedForMs?: number;
                                /**
                                 * Format: uuid
                                 * @description Of the decision's event.
                                 */
                                correlationId: string;
                                /** @description Of the decision's event. */
                                revision: number;
                                /** @description How often the decision was issued again by itself. */
                                reissues: number;
                                /** Format: date-time */
                                writtenAt?: string;
                                /** Format: date-time */
                                confirmedAt?: string;
                            }[];
                            pagination: {
                                total: number;
                                offset: number;
                                limit: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/organization-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the counts of the whole organization */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateways: {
                                total: number;
                                connected: number;
                            };
                            artifacts: {
                                total: number;
                            };
                            /** @description How many places (an artifact on a gateway) have each status. */
                            places: {
                                DEPLOYING: number;
                                DEPLOYED: number;
                                UNDEPLOYING: number;
                                UNDEPLOYED: number;
                                FAILED: number;
                                /** @description Those where what the gateway is known to hold is not what was decided. */
                                drifted: number;
                            };
                            events: {
                                /** @description The last revision. */
                                head: number;
                                /** @description Committed, and not known to be published to the broker. */
                                unpublished: number;
                            };
                            edges: {
                                /** Format: uuid */
                                edgeId: string;
                                /** @description Of this organization's gateways. */
                                connections: number;
                                /** Format: date-time */
                                heardAt: string;
                            }[];
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events with the life of each, the newest first
         * @description As far back as the event log is kept. For the next page pass `nextBefore` as `before`; a page may be short, even empty, while there is more.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only those for this gateway, its own and those for every gateway. */
                    gatewayId?: string;
                    kind?: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                    /** @description Only those about this artifact: its id, or the UUID of one that's gone. */
                    artifactId?: string;
                    /** @description Only those of this type, e.g. `api.deployed`. */
                    type?: string;
                    /** @description Only those of this user. */
                    actor?: string;
                    /** @description Only those committed at this instant or later. */
                    from?: string;
                    /** @description Only those committed at this instant or earlier. */
                    to?: string;
                    /** @description Only those before this revision. */
                    before?: number;
                    /** @description From 1 to 100; brought into this range. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are in this answer. */
                            count: number;
                            list: {
                                revision: number;
                                /** Format: uuid */
                                correlationId: string;
                                /** @description As gateways read it, e.g. `api.deployed`. */
                                type: string;
                                /** @enum {string} */
                                action: "CREATE" | "UPDATE" | "DELETE";
                                /** @description What the event is about. */
                                entity: {
                                    /** @description `artifact`, `key`, `subscription`, `plan`, `application`. */
                                    type: string;
                                    /**
                                     * Format: uuid
                                     * @description Its UUID, as gateways know it.
                                     */
                                    id: string;
                                    /** @enum {string} */
                                    kind?: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                    /** @description Its id in this API; left out when it has none or is gone. */
                                    handle?: string;
                                };
                                /** @description The gateway's id, its UUID when it is gone. Left out: for every gateway of the organization. */
                                gatewayId?: string;
                                /** @description Whose request it was; `gatecast`: it was issued again by itself. */
                                actor?: string;
                                /** Format: date-time */
                                committedAt: string;
                                /** @description Times are what was observed; they may be missing. */
                                life: {
                                    /**
                                     * @description What is certain. Settled: the gateway has acked or refused it, or did not in time.
                                     * @enum {string}
                                     */
                                    state: "committed" | "published" | "written" | "confirmed" | "settled";
                                    /** Format: date-time */
                                    publishedAt?: string;
                                    /** Format: date-time */
                                    writtenAt?: string;
                                    /** Format: date-time */
                                    confirmedAt?: string;
                                    /** Format: date-time */
                                    settledAt?: string;
                                    /** @enum {string} */
                                    outcome?: "DEPLOYED" | "UNDEPLOYED" | "FAILED";
                                    /** @enum {string} */
                                    reason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                    /** @description A later decision took its place. */
                                    isSuperseded?: boolean;
                                };
                                /** @description Of events for every gateway: how many have it. One that was made later needs not, and counts as if it had. */
                                gateways?: {
                                    total: number;
                                    written: number;
                                    confirmed: number;
                                };
                            }[];
                            /** @description There may be more before this revision. Left out: there is not. */
                            nextBefore?: number;
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/events/{correlationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an event with its life */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The event's id, as in `correlationId` of a place. */
                    correlationId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            revision: number;
                            /** Format: uuid */
                            correlationId: string;
                            /** @description As gateways read it, e.g. `api.deployed`. */
                            type: string;
                            /** @enum {string} */
                            action: "CREATE" | "UPDATE" | "DELETE";
                            /** @description What the event is about. */
                            entity: {
                                /** @description `artifact`, `key`, `subscription`, `plan`, `application`. */
                                type: string;
                                /**
                                 * Format: uuid
                                 * @description Its UUID, as gateways know it.
                                 */
                                id: string;
                                /** @enum {string} */
                                kind?: "RestApi" | "LlmProvider" | "LlmProxy" | "Mcp";
                                /** @description Its id in this API; left out when it has none or is gone. */
                                handle?: string;
                            };
                            /** @description The gateway's id, its UUID when it is gone. Left out: for every gateway of the organization. */
                            gatewayId?: string;
                            /** @description Whose request it was; `gatecast`: it was issued again by itself. */
                            actor?: string;
                            /** Format: date-time */
                            committedAt: string;
                            /** @description Times are what was observed; they may be missing. */
                            life: {
                                /**
                                 * @description What is certain. Settled: the gateway has acked or refused it, or did not in time.
                                 * @enum {string}
                                 */
                                state: "committed" | "published" | "written" | "confirmed" | "settled";
                                /** Format: date-time */
                                publishedAt?: string;
                                /** Format: date-time */
                                writtenAt?: string;
                                /** Format: date-time */
                                confirmedAt?: string;
                                /** Format: date-time */
                                settledAt?: string;
                                /** @enum {string} */
                                outcome?: "DEPLOYED" | "UNDEPLOYED" | "FAILED";
                                /** @enum {string} */
                                reason?: "DEPLOYMENT_TIMEOUT" | "GATEWAY_PROCESSING_ERROR" | "DEPLOYMENT_ID_MISMATCH";
                                /** @description A later decision took its place. */
                                isSuperseded?: boolean;
                            };
                            /** @description Of events for every gateway: how many have it. One that was made later needs not, and counts as if it had. */
                            gateways?: {
                                total: number;
                                written: number;
                                confirmed: number;
                            };
                        };
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0.9/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch events as they are published
         * @description Server-Sent Events, from now on or, with `Last-Event-ID`, after that position without a gap. Messages:
         *
         *     - `event`: an Event; its `id` is the position to come back to.
         *     - `life`: `{ correlationId, revision, gatewayId, state: confirmed | settled, at, writtenAt?, outcome?, reason? }`, what became of an event on a gateway.
         *     - `presence`: `{ gatewayId, isConnected, connections }`, as in a GatewayStatus.
         *     - `reset`: the position can't be resumed: read `/events` anew; the stream goes on with what comes next.
         *
         *     `life` and `presence` are not repeated after a break. A comment comes at least each 15 s. The stream ends when the token expires.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only what concerns this gateway. */
                    gatewayId?: string;
                    /** @description Only events of this type. */
                    type?: string;
                };
                header?: {
                    /** @description The last `id` that was read: what came after it comes first. */
                    "last-event-id"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description Any error */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Error */
        Error: {
            /** @enum {string} */
            status: "error";
            /** @description Stable; branch on this. */
            code: string;
            message: string;
            errors?: {
                field: string;
                message: string;
            }[];
            /** @description With 5xx only: the log has the cause under it. */
            trackingId?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
