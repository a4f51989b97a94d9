package dev.presence.demo;

import dev.presence.Ids;
import dev.presence.http.CsrfCheck;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** Signs anybody in as whom they like, {@code POST /demo/login?user=u1}. For a demo only: a host asks for a password. */
final class LoginServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient SignedCookie cookies;
    private final transient CsrfCheck csrf;

    LoginServlet(SignedCookie cookies, CsrfCheck csrf) {
        this.cookies = cookies;
        this.csrf = csrf;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!csrf.permits(request)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        Optional<String> user = DemoCaller.parameter(request, "user").filter(LoginServlet::isWellFormed);
        if (user.isEmpty()) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        Cookie cookie = new Cookie(DemoCaller.COOKIE, cookies.seal(user.get()));
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setAttribute("SameSite", "Lax");
        response.addCookie(cookie);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private static boolean isWellFormed(String user) {
        try {
            Ids.requireUser(user);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
